"""Studies with a known objective in place of a training."""

from __future__ import annotations

import math

from catalog.base.errors import ModelError
from models.parameters import TuneParameters
from models.tuning.search import Search
from models.tuning.space import space_of

STUDY = "test-study"


class KilledError(Exception):
    """Stands for the end of the process."""


def open_study(home, **given):
    if given.get("kind") != "cnn":
        given = {"model": "artcat-tiny", **given}
    parameters = TuneParameters(preset="quick", **given)
    space = space_of(parameters, None)
    setting = {
        **parameters.model_dump(include={"kind", "scheme", "seed"}),
        **space.setting(),
        "pruner": parameters.pruner or "asha",
    }
    return Search(home, STUDY, space, setting, lambda config: f"{config.learning_rate:.9f}")


def macro_f1(config, epochs):
    """Best at a learning rate of 10^-3.2, better the longer the training."""
    rate = math.log10(config.learning_rate)
    return round(0.5 * math.exp(-((rate + 3.2) ** 2)) * (epochs / config.all_epochs) ** 0.3, 6)


def run(search, trials, rungs=math.inf, discard=lambda keys: None, failing=(), **given):
    """Run trials; True if killed, which happens before the rung after so many."""
    done = 0

    def train(number, config, key, epochs):
        nonlocal done
        if number in failing:
            raise ModelError("training diverged in epoch 2")
        if done >= rungs:
            raise KilledError
        done += 1
        return macro_f1(config, epochs), 1.0

    try:
        search.run(train, discard, trials=trials, **given)
    except KilledError:
        return True
    return False

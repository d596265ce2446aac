"""Studies with a known objective in place of a training."""

from __future__ import annotations

import math

from models.parameters import TuneParameters
from models.tuning.search import Budget, Search, setting_of
from models.tuning.space import space_of

STUDY = "test-study"


def new_search(rows=(), study=STUDY, **given):
    if given.get("kind") != "cnn":
        given = {"model": "artcat-tiny", **given}
    parameters = TuneParameters(preset="quick", **given)
    space = space_of(parameters, None)
    pruner = parameters.pruner or "asha"
    setting = setting_of(
        space,
        kind=parameters.kind,
        scheme=parameters.scheme,
        works=["train", "validation"],
        weights=None,
        pruner=pruner,
        seed=parameters.seed,
    )
    return Search(
        study,
        space,
        pruner=pruner,
        seed=parameters.seed,
        setting=setting,
        key=lambda config: f"{config.learning_rate:.9f}-{config.weight_decay:.9f}",
        rows=rows,
    )


def macro_f1(row, step):
    """Best at a learning rate of 10^-3.2, better the longer the training."""
    rate = math.log10(row.params["learning_rate"])
    return round(0.5 * math.exp(-((rate + 3.2) ** 2)) * (step / 4) ** 0.3, 6)


def advance(search, row):
    """One rung of a trial."""
    return search.report(row.number, macro_f1(row, search.rung(row.number).step), seconds=1.0)


def run_all(search, trials, rungs=None):
    """Train trials one after another, `rungs` rungs at most; the table's rows, last state each."""
    budget = Budget(trials, math.inf)
    while (row := search.next(budget, 0.0)) is not None:
        while row.state == "running":
            if rungs == 0:
                return list(search.rows.values())
            rungs = None if rungs is None else rungs - 1
            row = advance(search, row)
    return list(search.rows.values())

"""The spaces of configurations that are searched, and the rungs at which a trial is evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)
from optuna.trial import Trial

from catalog.base.errors import ModelError
from models.config import TrainConfig
from models.parameters import PrunerName, SpaceName, TuneParameters
from models.presets import resolve_config

ETA = 2
"""Of the trials that reach a rung, one in this many continues to the next."""
STEPS = (1, ETA, ETA**2)
"""The rungs, in parts of a whole training run: with an ETA of 2 a quarter, a half, all of it."""

# The student project that artcat grew from meant to search this, with the plain contrastive loss.
_SOURCE_GRID: dict[str, tuple[float, ...]] = {
    "learning_rate": (1e-5, 5e-5, 1e-4),
    "weight_decay": (0.0, 0.1, 0.2),
}


@dataclass(frozen=True)
class Space:
    """The configurations of a preset, with some fields drawn from distributions."""

    name: SpaceName
    distributions: dict[str, BaseDistribution]
    resolve: Callable[..., TrainConfig]
    """Makes a configuration from overriding fields."""

    def config(self, params: Mapping[str, Any]) -> TrainConfig:
        """Return the configuration of a trial; `batch` is styles x artworks, such as `8x4`.

        Raises:
            ModelError: if the values do not fit together.
        """
        fields = dict(params)
        if "batch" in fields:
            styles, works = map(int, fields.pop("batch").split("x"))
            shape = {"styles_per_batch": styles, "works_per_style": works}
            fields |= {**shape, "batch_size": styles * works}
        return self.resolve(**fields)

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """Have a trial's sampler choose a value from each distribution."""
        found: dict[str, Any] = {}
        for name, each in self.distributions.items():
            if isinstance(each, FloatDistribution):
                found[name] = trial.suggest_float(name, each.low, each.high, log=each.log)
            elif isinstance(each, IntDistribution):
                found[name] = trial.suggest_int(name, each.low, each.high)
            elif isinstance(each, CategoricalDistribution):
                found[name] = trial.suggest_categorical(name, each.choices)
        return found

    @property
    def first(self) -> dict[str, Any]:
        """The values of the preset itself."""
        base = self.resolve()
        return {
            name: _batch(base) if name == "batch" else getattr(base, name)
            for name in self.distributions
        }

    def setting(self) -> dict[str, Any]:
        """Return what makes trials of this space comparable, as JSON has it."""
        return {
            "space": self.name,
            "ranges": {name: distribution_to_json(d) for name, d in self.distributions.items()},
            "preset": self.resolve().model_dump(mode="json", exclude={"pretrained"}),
        }

    @property
    def grid(self) -> dict[str, tuple[float, ...]] | None:
        """The values of each field, if the space is a grid."""
        return _SOURCE_GRID if self.name == "source-grid" else None


def space_of(parameters: TuneParameters, pretrained: str | None) -> Space:
    """Return the requested space of a search; `pretrained` is a tag or a local file.

    Raises:
        ModelError: if kind, space and model do not go together.
    """
    kind, name, model = parameters.kind, parameters.space, parameters.model
    if kind == "cnn" and name != "wide":
        raise ModelError(f"the space '{name}' is for CLIP: leave out --kind cnn")
    if kind == "cnn" and (model is not None or parameters.pretrained is not None):
        raise ModelError("--model and --pretrained are for CLIP: leave them out with --kind cnn")
    resolve = partial(resolve_config, kind, parameters.preset, seed=parameters.seed)
    augment = CategoricalDistribution([True, False])
    if kind == "cnn":
        distributions: dict[str, BaseDistribution] = {
            "learning_rate": _around(resolve().learning_rate),
            "weight_decay": FloatDistribution(0.0, 0.01),
            "batch_size": CategoricalDistribution((16, 32, 64)),
            "epochs": _around_epochs(resolve().epochs),
            "augment": augment,
            "dropout": FloatDistribution(0.0, 0.8),
        }
        return Space("wide", distributions, resolve)
    resolve = partial(resolve, architecture=model, pretrained=pretrained)
    if name == "source-grid":
        grid = {name: CategoricalDistribution(values) for name, values in _SOURCE_GRID.items()}
        return Space("source-grid", dict(grid), partial(resolve, loss="clip"))
    phase = ""
    if resolve().locked_epochs:
        # Epochs of the whole network would take hours without a GPU.
        phase, resolve = "locked_", partial(resolve, epochs=0)
    base = resolve()
    # Of about the preset's size, which is known to fit into the machine's memory.
    batches = [_batch(base), *(f"{n}x{max(base.batch_size // n, 1)}" for n in (4, 8, 12))]
    distributions = {
        f"{phase}learning_rate": _around(getattr(base, f"{phase}learning_rate")),
        "weight_decay": FloatDistribution(0.0, 0.3),
        "batch": CategoricalDistribution(list(dict.fromkeys(batches))),
        f"{phase}epochs": _around_epochs(getattr(base, f"{phase}epochs")),
        "caption_dropout": FloatDistribution(0.0, 1.0),
        "loss": CategoricalDistribution(("clip", "multi-caption", "multi-style")),
    }
    if not phase:
        distributions |= {"layer_decay": FloatDistribution(0.5, 1.0), "augment": augment}
    return Space("wide", distributions, resolve)


def rungs(epochs: int, pruner: PrunerName) -> dict[int, int]:
    """Return the epoch of each step at which a training run of this many epochs is evaluated.

    Steps that would end with the same epoch are one; without a pruner there is only the last.
    """
    whole = STEPS[-1]
    steps = STEPS if pruner != "none" else (whole,)
    by_epochs = {math.ceil(epochs * step / whole): step for step in steps}
    return {step: end for end, step in by_epochs.items()}


def _around(rate: float) -> FloatDistribution:
    return FloatDistribution(rate / 10, rate * 10, log=True)


def _around_epochs(epochs: int) -> IntDistribution:
    return IntDistribution(max(epochs // 2, 1), max(epochs * 2, 1))


def _batch(config: TrainConfig) -> str:
    return f"{config.styles_per_batch}x{config.works_per_style}"

"""Search spaces of configurations, and the rungs on which trials are evaluated."""

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
)

from catalog.base.errors import ModelError
from models.config import TrainConfig
from models.parameters import PrunerName, SpaceName, TuneParameters
from models.presets import resolve_config

ETA = 2
"""Reduction factor: one in so many trials on a rung is continued to the next."""
STEPS = (1, ETA, ETA**2)
"""The rungs, in parts of a whole training: with an ETA of 2 a quarter, a half, all of it."""

# The search intended by the student project, with the plain contrastive loss.
_SOURCE_GRID: dict[str, tuple[float, ...]] = {
    "learning_rate": (1e-5, 5e-5, 1e-4),
    "weight_decay": (0.0, 0.1, 0.2),
}
_STYLES_PER_BATCH = (4, 8, 12)
_CNN_BATCHES = (16, 32, 64)
_LOSSES = ("clip", "multi-caption", "multi-style")


@dataclass(frozen=True)
class Rung:
    """A point in a training where it may be pruned."""

    step: int
    """As a fraction of the whole training, out of the last of `STEPS`."""
    epochs: int
    """Epochs finished by then."""


@dataclass(frozen=True)
class Space:
    """A search space: the preset with some fields drawn from distributions."""

    name: SpaceName
    distributions: dict[str, BaseDistribution]
    resolve: Callable[..., TrainConfig]
    """Function that creates a configuration from overrides."""

    def config(self, params: Mapping[str, Any]) -> TrainConfig:
        """Return the configuration of a trial.

        Args:
            params: a value for each distribution; `batch` is styles x works, such as `8x4`.

        Raises:
            ModelError: if the values do not fit together.
        """
        fields = dict(params)
        if "batch" in fields:
            styles, works = (int(part) for part in fields.pop("batch").split("x"))
            fields |= {"styles_per_batch": styles, "works_per_style": works}
            fields["batch_size"] = styles * works
        if self.name == "source-grid":
            fields["loss"] = "clip"
        return self.resolve(**fields)

    @property
    def first(self) -> dict[str, Any] | None:
        """Return the first trial's parameters: the preset, so that no search ends below it.

        None for a grid, which has its own points.
        """
        if self.name == "source-grid":
            return None
        base = self.resolve()
        return {
            name: _shape(base) if name == "batch" else getattr(base, name)
            for name in self.distributions
        }

    @property
    def grid(self) -> dict[str, list[Any]] | None:
        """The values of each field, if the space is a grid."""
        if self.name != "source-grid":
            return None
        return {name: list(values) for name, values in _SOURCE_GRID.items()}

    @property
    def points(self) -> float:
        """Return the number of configurations: infinite unless it is a grid."""
        return math.prod(map(len, self.grid.values())) if self.grid else math.inf


def space_of(parameters: TuneParameters, pretrained: str | None) -> Space:
    """Return the requested search space.

    Args:
        parameters: of the search.
        pretrained: tag or local file of the weights that CLIP starts from.

    Raises:
        ModelError: if kind, space and model are incompatible.
    """
    if parameters.kind == "cnn":
        _require_plain_cnn(parameters)
        resolve = partial(resolve_config, "cnn", parameters.preset, seed=parameters.seed)
        return Space("wide", _cnn(resolve()), resolve)
    resolve = partial(
        resolve_config,
        "clip",
        parameters.preset,
        architecture=parameters.model,
        pretrained=pretrained,
        seed=parameters.seed,
    )
    if parameters.space == "source-grid":
        grid = {name: CategoricalDistribution(values) for name, values in _SOURCE_GRID.items()}
        return Space("source-grid", dict(grid), resolve)
    if resolve().locked_epochs:
        # epochs of the whole network would take hours without a GPU
        resolve = partial(resolve, epochs=0)
        return Space("wide", _locked(resolve()), resolve)
    return Space("wide", _clip(resolve()), resolve)


def rungs(epochs: int, pruner: PrunerName) -> tuple[Rung, ...]:
    """Return the rungs of a training of so many epochs; without a pruner only its end.

    Rungs that would end with the same epoch are one.
    """
    whole = STEPS[-1]
    steps = STEPS if pruner != "none" else (whole,)
    by_epochs = {math.ceil(epochs * step / whole): step for step in steps}
    return tuple(Rung(step, end) for end, step in by_epochs.items())


def _clip(base: TrainConfig) -> dict[str, BaseDistribution]:
    return {
        "learning_rate": _around(base.learning_rate),
        "layer_decay": FloatDistribution(0.5, 1.0),
        "weight_decay": FloatDistribution(0.0, 0.3),
        "batch": CategoricalDistribution(_shapes(base)),
        "epochs": _around_epochs(base.epochs),
        "augment": CategoricalDistribution([True, False]),
        "caption_dropout": FloatDistribution(0.0, 1.0),
        "loss": CategoricalDistribution(_LOSSES),
    }


def _locked(base: TrainConfig) -> dict[str, BaseDistribution]:
    return {
        "locked_learning_rate": _around(base.locked_learning_rate),
        "weight_decay": FloatDistribution(0.0, 0.3),
        "batch": CategoricalDistribution(_shapes(base)),
        "locked_epochs": _around_epochs(base.locked_epochs),
        "caption_dropout": FloatDistribution(0.0, 1.0),
        "loss": CategoricalDistribution(_LOSSES),
    }


def _cnn(base: TrainConfig) -> dict[str, BaseDistribution]:
    return {
        "learning_rate": _around(base.learning_rate),
        "weight_decay": FloatDistribution(0.0, 0.01),
        "batch_size": CategoricalDistribution(_CNN_BATCHES),
        "epochs": _around_epochs(base.epochs),
        "augment": CategoricalDistribution([True, False]),
        "dropout": FloatDistribution(0.0, 0.8),
    }


def _around(rate: float) -> FloatDistribution:
    return FloatDistribution(rate / 10, rate * 10, log=True)


def _around_epochs(epochs: int) -> IntDistribution:
    return IntDistribution(max(epochs // 2, 1), max(epochs * 2, 1))


def _shape(config: TrainConfig) -> str:
    return f"{config.styles_per_batch}x{config.works_per_style}"


def _shapes(base: TrainConfig) -> list[str]:
    """Return balanced batches of about the preset's size, which fits into memory."""
    others = [f"{styles}x{max(base.batch_size // styles, 1)}" for styles in _STYLES_PER_BATCH]
    return list(dict.fromkeys([_shape(base), *others]))


def _require_plain_cnn(parameters: TuneParameters) -> None:
    if parameters.space != "wide":
        raise ModelError(f"the space '{parameters.space}' is for CLIP: leave out --kind cnn")
    if parameters.model is not None or parameters.pretrained is not None:
        raise ModelError("--model and --pretrained are for CLIP: leave them out with --kind cnn")

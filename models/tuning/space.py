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
_STYLES_PER_BATCH = (4, 8, 12)
_LOSSES = ("clip", "multi-caption", "multi-style")


@dataclass(frozen=True)
class Space:
    """The configurations of a preset, with some fields drawn from distributions."""

    name: SpaceName
    distributions: dict[str, BaseDistribution]
    resolve: Callable[..., TrainConfig]
    """Makes a configuration from overriding fields."""

    def config(self, params: Mapping[str, Any]) -> TrainConfig:
        """Return the configuration of a trial.

        Args:
            params: a value for each distribution; `batch` is styles x artworks, such as `8x4`.

        Raises:
            ModelError: if the values do not fit together.
        """
        fields = dict(params)
        if "batch" in fields:
            styles, works = (int(part) for part in fields.pop("batch").split("x"))
            fields |= {"styles_per_batch": styles, "works_per_style": works}
            fields["batch_size"] = styles * works
        return self.resolve(**fields)

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """Have a trial's sampler choose a value from each distribution."""
        return {name: _suggest(trial, name, each) for name, each in self.distributions.items()}

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
    """Return the requested space of a search.

    Args:
        parameters: of the search.
        pretrained: tag or local file of the weights that CLIP starts from.

    Raises:
        ModelError: if kind, space and model do not go together.
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
        return Space("source-grid", dict(grid), partial(resolve, loss="clip"))
    if resolve().locked_epochs:
        # Epochs of the whole network would take hours without a GPU.
        resolve = partial(resolve, epochs=0)
        return Space("wide", _clip(resolve(), "locked_"), resolve)
    more = {
        "layer_decay": FloatDistribution(0.5, 1.0),
        "augment": CategoricalDistribution([True, False]),
    }
    return Space("wide", _clip(resolve(), "") | more, resolve)


def rungs(epochs: int, pruner: PrunerName) -> dict[int, int]:
    """Return the epoch of each step at which a training run of this many epochs is evaluated.

    Steps that would end with the same epoch are one; without a pruner there is only the last.
    """
    whole = STEPS[-1]
    steps = STEPS if pruner != "none" else (whole,)
    by_epochs = {math.ceil(epochs * step / whole): step for step in steps}
    return {step: end for end, step in by_epochs.items()}


def _suggest(trial: Trial, name: str, distribution: BaseDistribution) -> Any:
    if isinstance(distribution, FloatDistribution):
        return trial.suggest_float(name, distribution.low, distribution.high, log=distribution.log)
    if isinstance(distribution, IntDistribution):
        return trial.suggest_int(name, distribution.low, distribution.high)
    assert isinstance(distribution, CategoricalDistribution)  # noqa: S101 - there are no others
    return trial.suggest_categorical(name, distribution.choices)


def _clip(base: TrainConfig, phase: str) -> dict[str, BaseDistribution]:
    others = [f"{styles}x{max(base.batch_size // styles, 1)}" for styles in _STYLES_PER_BATCH]
    return {
        f"{phase}learning_rate": _around(getattr(base, f"{phase}learning_rate")),
        "weight_decay": FloatDistribution(0.0, 0.3),
        # Of about the preset's size, which is known to fit into the machine's memory.
        "batch": CategoricalDistribution(list(dict.fromkeys([_batch(base), *others]))),
        f"{phase}epochs": _around_epochs(getattr(base, f"{phase}epochs")),
        "caption_dropout": FloatDistribution(0.0, 1.0),
        "loss": CategoricalDistribution(_LOSSES),
    }


def _cnn(base: TrainConfig) -> dict[str, BaseDistribution]:
    return {
        "learning_rate": _around(base.learning_rate),
        "weight_decay": FloatDistribution(0.0, 0.01),
        "batch_size": CategoricalDistribution((16, 32, 64)),
        "epochs": _around_epochs(base.epochs),
        "augment": CategoricalDistribution([True, False]),
        "dropout": FloatDistribution(0.0, 0.8),
    }


def _around(rate: float) -> FloatDistribution:
    return FloatDistribution(rate / 10, rate * 10, log=True)


def _around_epochs(epochs: int) -> IntDistribution:
    return IntDistribution(max(epochs // 2, 1), max(epochs * 2, 1))


def _batch(config: TrainConfig) -> str:
    return f"{config.styles_per_batch}x{config.works_per_style}"


def _require_plain_cnn(parameters: TuneParameters) -> None:
    if parameters.space != "wide":
        raise ModelError(f"the space '{parameters.space}' is for CLIP: leave out --kind cnn")
    if parameters.model is not None or parameters.pretrained is not None:
        raise ModelError("--model and --pretrained are for CLIP: leave them out with --kind cnn")

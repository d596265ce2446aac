"""Datasets: which artworks and styles models learn from, and their split into parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog.base.errors import ModelError
from catalog.vocabulary import style_names

DatasetName = Literal["all-periods", "six-styles"]
BASES = ("random", "artist")
"""Ways to split: each artwork by itself, or all of an artist together."""


@dataclass(frozen=True)
class Dataset:
    """A selection of a home's labelled artworks to learn from."""

    name: DatasetName
    parts: Mapping[str, float] = field(
        default_factory=lambda: {"train": 0.6, "validation": 0.2, "test": 0.2}
    )
    """Share of each part."""
    only_styles: tuple[str, ...] = ()
    """Styles to include; none: all of the vocabulary."""
    profession: str | None = None
    """Only artworks by people of this profession."""
    artist_has_over: int = 0
    """Only artworks by artists with more artworks than this."""
    style_has: int = 5
    """A style with fewer artworks is left out: each part needs one."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """Names of its two split schemes in the table `splits`."""
        prefix = "" if self.name == "all-periods" else f"{self.name}-"
        return tuple(f"{prefix}{base}" for base in BASES)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles to distinguish, in order."""
        return self.only_styles or tuple(style_names())


ALL_PERIODS = Dataset("all-periods")
SIX_STYLES = Dataset(
    "six-styles",
    # The student project's test part is a fifth; an eighth of the rest is the validation part.
    parts={"train": 0.7, "validation": 0.1, "test": 0.2},
    only_styles=(
        "Medieval",
        "High Renaissance",
        "Baroque",
        "Romanticism",
        "Realism",
        "Impressionism",
    ),
    profession="painter",
    artist_has_over=10,
)
DATASETS: Mapping[str, Dataset] = {each.name: each for each in (ALL_PERIODS, SIX_STYLES)}
"""Every dataset by name. `six-styles` is the student project's."""


def dataset_of(scheme: str) -> Dataset:
    """Return the dataset of a split scheme.

    Raises:
        ModelError: for an unknown scheme.
    """
    for dataset in DATASETS.values():
        if scheme in dataset.schemes:
            return dataset
    known = ", ".join(scheme for dataset in DATASETS.values() for scheme in dataset.schemes)
    raise ModelError(f"unknown scheme '{scheme}': choose one of {known}")


def base_of(scheme: str) -> str:
    """Return how a scheme splits artworks, whatever its dataset: `random` or `artist`."""
    return BASES[dataset_of(scheme).schemes.index(scheme)]

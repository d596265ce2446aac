"""What is learned from: which works and styles, and how they are divided into parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog.base.errors import ModelError
from catalog.vocabulary import style_names

DatasetName = Literal["all-periods", "six-styles"]
BASES = ("random", "artist")
"""How works are divided: each by itself, or all of an artist together."""


@dataclass(frozen=True)
class Dataset:
    """Which of a home's labelled works are learned from."""

    name: DatasetName
    parts: Mapping[str, float] = field(
        default_factory=lambda: {"train": 0.6, "validation": 0.2, "test": 0.2}
    )
    """Share of each part."""
    only_styles: tuple[str, ...] = ()
    """Styles that are asked for; none: all of the vocabulary."""
    profession: str | None = None
    """Works of people of this profession only."""
    artist_has_over: int = 0
    """Works of artists with more works than this only."""
    style_has: int = 5
    """A style with fewer works than this is left out: each part needs one."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """What its two ways of dividing are called in the table `splits`."""
        prefix = "" if self.name == "all-periods" else f"{self.name}-"
        return tuple(f"{prefix}{base}" for base in BASES)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles to tell apart, in order."""
        return self.only_styles or tuple(style_names())


ALL_PERIODS = Dataset("all-periods")
SIX_STYLES = Dataset(
    "six-styles",
    # The student project's test part is a fifth; of its training part we choose on an eighth.
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
    """The dataset that a scheme divides.

    Raises:
        ModelError: for a scheme that there is not.
    """
    for dataset in DATASETS.values():
        if scheme in dataset.schemes:
            return dataset
    known = ", ".join(scheme for dataset in DATASETS.values() for scheme in dataset.schemes)
    raise ModelError(f"no scheme '{scheme}': there are {known}")


def base_of(scheme: str) -> str:
    """`random` or `artist`: how a scheme divides works, whatever its dataset."""
    return BASES[dataset_of(scheme).schemes.index(scheme)]

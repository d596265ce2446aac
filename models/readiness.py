"""Whether a home holds what a model needs to learn from."""

from __future__ import annotations

from collections import Counter

from catalog import examples
from catalog.arrow import values
from catalog.datasets import ALL_PERIODS, Dataset
from catalog.errors import ModelError
from catalog.store import Store

ENOUGH = 30
"""Validation works of each style, from which on a part of their own says something."""


def why_not(home: Store, dataset: Dataset = ALL_PERIODS, *, images: bool = True) -> str | None:
    """Say why no model can be trained on the home's works, None if one can.

    Args:
        home: where the tables are.
        dataset: what would be learned from.
        images: whether the model learns from images; otherwise facts are enough.
    """
    for scheme in dataset.schemes:
        styles = set(_styles(home, scheme, "train", images=images))
        if len(styles) < 2:  # noqa: PLR2004 - there is nothing to tell apart
            found = f"only {styles.pop()}" if styles else "none"
            needed = "a style label and an image" if images else "a style label"
            return (
                f"training needs {dataset.style_has} works or more of each of two styles, with "
                f"{needed}; found {found}. Add labels, or import a trained model"
            )
    return None


def is_small(home: Store, scheme: str, *, images: bool = True) -> bool:
    """Whether the validation part has too few works of some style to calibrate on them alone."""
    counts = Counter(_styles(home, scheme, "validation", images=images))
    styles = set(_styles(home, scheme, "train", images=images))
    return any(counts[style] < ENOUGH for style in styles)


def require_trainable(home: Store, dataset: Dataset = ALL_PERIODS, *, images: bool = True) -> None:
    """Raise ModelError, saying what is missing, unless a model can be trained (see `why_not`)."""
    reason = why_not(home, dataset, images=images)
    if reason:
        raise ModelError(reason)


def _styles(home: Store, scheme: str, part: str, *, images: bool) -> list[str]:
    """The style of each work of a part."""
    read = examples.works_of if images else examples.labelled_artworks
    return [str(style) for style in values(read(home, scheme, part), "style")]

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


def why_not(home: Store, dataset: Dataset = ALL_PERIODS) -> str | None:
    """Why no model can be trained on the home's works, None if one can."""
    for scheme in dataset.schemes:
        styles = examples.styles_of_part(home, scheme, "train")
        if len(styles) < 2:  # noqa: PLR2004 - there is nothing to tell apart
            found = f"only {styles[0]}" if styles else "none"
            return (
                f"training needs {dataset.style_has} works or more of each of two styles, with a "
                f"style label and an image; found {found}. Add labels, or import a trained model"
            )
    return None


def is_small(home: Store, scheme: str) -> bool:
    """Whether the validation part has too few works of some style to calibrate on them alone."""
    counts = Counter(values(examples.works_of(home, scheme, "validation"), "style"))
    styles = examples.styles_of_part(home, scheme, "train")
    return any(counts[style] < ENOUGH for style in styles)


def require_trainable(home: Store, dataset: Dataset = ALL_PERIODS) -> None:
    """Raise ModelError, saying what is missing, unless a model can be trained."""
    reason = why_not(home, dataset)
    if reason:
        raise ModelError(reason)

"""Checks that a home has the data to train a model."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from catalog.base.arrow import values
from catalog.base.errors import ModelError
from catalog.datasets import examples
from catalog.datasets.dataset import ALL_PERIODS, Dataset
from catalog.storage.store import Store

MIN_VALIDATION_ARTWORKS = 30
"""Minimum validation artworks of each style for a useful validation part."""
FEW_ARTWORKS_WARNING = 100
"""Minimum labelled artworks for a champion without a warning."""


def reason_not_trainable(
    home: Store, dataset: Dataset = ALL_PERIODS, *, images: bool = True
) -> str | None:
    """Explain why no model can be trained on the home's artworks, None if one can.

    Without `images` facts are enough, here and below.
    """
    # The artists of a train part may all be of one style, where artworks divided by image are not
    found = [set(_styles(home, scheme, "train", images=images)) for scheme in dataset.schemes]
    styles = max(found, key=len)
    if len(styles) >= 2:  # noqa: PLR2004 - there are styles to distinguish
        return None
    needed = "a style label and an image" if images else "a style label"
    return (
        f"training needs at least {dataset.style_has} artworks in each of two styles, with "
        f"{needed}; found {f'only {styles.pop()}' if styles else 'none'}. "
        "Add labels, or import a trained model"
    )


def can_cross_validate(home: Store, scheme: str, *, images: bool = True) -> bool:
    """Return whether each fold can be predicted by a model of the others, of two styles or more."""
    works = _read(home, scheme, *examples.LEARNED, images=images)
    found = set(zip(values(works, "fold"), values(works, "style"), strict=True))
    folds = {fold for fold, _ in found}
    outside = [{style for other, style in found if other != fold} for fold in folds]
    return len(folds) > 1 and all(len(styles) > 1 for styles in outside)


def has_validation(home: Store, scheme: str, *, images: bool = True) -> bool:
    """Return whether the validation part has any artwork."""
    return bool(_styles(home, scheme, "validation", images=images))


def can_select_champion(home: Store, scheme: str) -> bool:
    """Return whether the scheme has held-out artworks to select a champion on.

    Where nearly all artworks are linked, as those of one artist are, the scheme has a train part
    and nothing else.
    """
    return any(
        has_validation(home, scheme, images=images)
        or can_cross_validate(home, scheme, images=images)
        for images in (True, False)
    )


def cannot_be_split(home: Store, scheme: str) -> bool:
    """Return whether a scheme has training artworks, but no held-out artworks."""
    return bool(_styles(home, scheme, "train", images=False)) and not can_select_champion(
        home, scheme
    )


def explain_missing_parts(home: Store, scheme: str) -> list[str]:
    """Explain which parts a scheme lacks, and what is done instead; empty if none."""
    split = f"the split {scheme!r}"
    if cannot_be_split(home, scheme):
        return [
            f"{split} has too few groups of artworks to hold any out for evaluation (all are "
            "by one artist, or near-duplicate pictures link them): no model is trained on it; the "
            "split by image is used instead, which is optimistic"
        ]
    if not _styles(home, scheme, "train", images=False):
        return []
    found = []
    if not has_validation(home, scheme):
        done = "image models are evaluated by cross-validation"
        if not can_cross_validate(home, scheme):
            done = "only models of facts can be evaluated"
        found.append(f"{split} has no validation part with images: {done}")
    if not _styles(home, scheme, "test", images=False):
        found.append(f"{split} has no test part: its models are evaluated on the validation part")
    return found


def is_small(home: Store, scheme: str, *, images: bool = True) -> bool:
    """Return whether the validation part is too small in some style to calibrate on it alone."""
    counts = Counter(_styles(home, scheme, "validation", images=images))
    styles = set(_styles(home, scheme, "train", images=images))
    return any(counts[style] < MIN_VALIDATION_ARTWORKS for style in styles)


def warn_of_few(home: Store, scheme: str) -> str | None:
    """Warn of a scheme that has few labelled artworks to learn from, None if it has enough."""
    works = len(_read(home, scheme, *examples.LEARNED, images=False))
    warning = "labelled artworks only: review its predictions before relying on them"
    return f"trained on {works} {warning}" if works < FEW_ARTWORKS_WARNING else None


def require_trainable(home: Store, dataset: Dataset = ALL_PERIODS, *, images: bool = True) -> None:
    """Raise ModelError with `reason_not_trainable` unless a model can be trained."""
    reason = reason_not_trainable(home, dataset, images=images)
    if reason:
        raise ModelError(reason)


def _styles(home: Store, scheme: str, part: str, *, images: bool) -> list[str]:
    """Return the style of each artwork of a part."""
    return [str(style) for style in values(_read(home, scheme, part, images=images), "style")]


def _read(home: Store, scheme: str, *parts: str, images: bool) -> pa.Table:
    read = examples.works_of if images else examples.labelled_artworks
    return read(home, scheme, *parts)

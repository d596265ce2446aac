"""Whether a home holds what a model needs to learn from."""

from __future__ import annotations

from catalog import examples
from catalog.errors import ModelError
from catalog.store import Store


def why_not(home: Store) -> str | None:
    """Why no model can be trained on the home's works, None if one can."""
    for scheme in ("artist", "random"):
        styles = examples.styles_of_part(home, scheme, "train")
        if len(styles) < 2:  # noqa: PLR2004 - there is nothing to tell apart
            found = f"only {styles[0]}" if styles else "none"
            return (
                "training needs works of two styles or more, with a style label and an image; "
                f"found {found}. Add labels, or import a trained model"
            )
    return None


def require_trainable(home: Store) -> None:
    """Raise ModelError, saying what is missing, unless a model can be trained."""
    reason = why_not(home)
    if reason:
        raise ModelError(reason)

"""Lower bounds of precision from a count of right predictions."""

from __future__ import annotations

LEVEL = 0.95
"""Confidence level of the one-sided bound."""


def lower_bound(right: int, artworks: int) -> float:
    """Return the exact one-sided 95 % lower bound of a proportion (Clopper and Pearson 1934).

    Args:
        right: how many of the artworks were right.
        artworks: how many were measured; of none the bound is 0.

    Returns:
        The bound, 0 to 1.

    Raises:
        ValueError: unless 0 <= right <= artworks.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - takes a moment to import

    if not 0 <= right <= artworks:
        raise ValueError(f"{right} of {artworks} cannot be right")
    if right == 0:
        return 0.0
    return float(betaincinv(right, artworks - right + 1, 1 - LEVEL))


def decisions_needed(right: int, artworks: int, target: float) -> int:
    """Return how many more artworks, all right, would bring the lower bound to the target.

    Args:
        right: how many were right so far.
        artworks: how many were measured so far.
        target: precision to be shown, above 0 and below 1.

    Returns:
        The minimum number; 0 if the bound is there already.
    """

    def reached(more: int) -> bool:
        return lower_bound(right + more, artworks + more) >= target

    if reached(0):
        return 0
    enough = 1
    while not reached(enough):
        enough *= 2
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if reached(middle) else (middle, enough)
    return enough

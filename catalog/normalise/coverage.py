"""How much of what a catalog says was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """One field of a catalog: how many values it gives, and how many of them were read."""

    field: str
    non_empty: int
    parsed: int

    @property
    def refused(self) -> int:
        """How many values there are that could not be read."""
        return self.non_empty - self.parsed

    @property
    def share(self) -> float | None:
        """Parsed out of those given, from 0 to 1; None where none is given."""
        return self.parsed / self.non_empty if self.non_empty else None

    def reaches(self, share: float) -> bool:
        """Whether at least this share was read; a field without values does."""
        return self.share is None or self.share >= share

    def __str__(self) -> str:
        # Rounded down: 99.96 % is not all.
        percent = "-" if self.share is None else f"{int(self.share * 1000) / 10:.1f} %"
        return f"{self.field}: {self.parsed} of {self.non_empty} read ({percent})"


def coverage(counts: Mapping[str, tuple[int, int]]) -> tuple[Coverage, ...]:
    """The coverage per field, the worst first.

    Args:
        counts: field -> (values that are not missing, those of them that were parsed).
    """
    fields = (Coverage(field, *numbers) for field, numbers in counts.items())
    return tuple(sorted(fields, key=lambda one: 1.0 if one.share is None else one.share))

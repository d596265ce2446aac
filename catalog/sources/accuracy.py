"""Accuracy of a mapping on a sample of artworks that a person checked by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.base.errors import SourceError
from catalog.base.files import read_source
from catalog.sources.csv_rows import read_csv
from catalog.storage import duck

_TOLERANCE_CM = 0.06
"""A person rounds sizes to a millimetre."""
CHECKED_FIELDS = (
    *("title", "artist_display", "born", "died", "active_from", "active_to", "nationality"),
    *("date_earliest", "date_latest", "date_certainty", "form", "technique", "location"),
    *("height_cm", "width_cm", "depth_cm", "diameter_cm", "style"),
)
"""Columns that a sample may have beside `id`, named as in the table `artworks`."""
_NOT_CHECKED = "?"
_UNREAD = ("missing", "refused")
"""Certainties of a date without years."""
_MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class WrongValue:
    """A value that is not the one of the sample; `expected` is None where nothing is known."""

    id: str
    field: str
    read: Any
    expected: str | None

    def __str__(self) -> str:
        return f"{self.id}: {self.field} is read as {self.read!r}, expected {self.expected!r}"


@dataclass
class Accuracy:
    """Counts of the values of a sample: right, refused (nothing was read), or wrong."""

    artworks: int
    right: dict[str, int]
    refused: dict[str, int]
    wrong: list[WrongValue] = field(default_factory=list)

    @property
    def values(self) -> int:
        """Number of values compared."""
        return sum(self.right.values()) + sum(self.refused.values()) + len(self.wrong)

    @property
    def artworks_right_or_refused(self) -> float:
        """Share of the artworks without any wrong value."""
        return 1 - len({wrong.id for wrong in self.wrong}) / self.artworks

    @property
    def summary(self) -> str:
        """The counts in one line."""
        right, refused = sum(self.right.values()), sum(self.refused.values())
        share = f"{self.artworks_right_or_refused:.1%} of {self.artworks} artworks"
        return (
            f"{right} of {self.values} values right, {refused} refused, {len(self.wrong)} wrong; "
            f"{share} without a wrong value"
        )


def measure_accuracy(connection: duck.DuckDB, sample: Path) -> Accuracy:
    """Compare the artworks in the relation `ingested_rows` with a sample checked by hand.

    Args:
        connection: in which a catalog was normalised.
        sample: a CSV with the column `id`, as in the catalog, and any of `CHECKED_FIELDS`. An empty
            field means unknown, `?` that the person did not check it.

    Raises:
        SourceError: if the sample cannot be read, has a column of another name, or an artwork that
            is not in the catalog.
    """
    data = read_source(sample, _MAX_BYTES)
    table = read_csv(str(sample), data, ["id"], CHECKED_FIELDS, advice="save it as UTF-8")
    fields = [name for name in table.header if name != "id"]
    if unknown := [name for name in fields if name not in CHECKED_FIELDS]:
        raise SourceError(
            f"{sample}: unknown field {unknown[0]!r}: choose one of {', '.join(CHECKED_FIELDS)}"
        )
    rows = [
        (identifier, {name: (row[name] or "").strip() or None for name in fields})
        for row in table.table.to_pylist()
        if (identifier := (row["id"] or "").strip())
    ]
    if not rows or not fields:
        raise SourceError(f"{sample} contains no values to compare")
    artworks = duck.arrow(
        connection,
        f"SELECT source_id, {', '.join(fields)} FROM ingested_rows "  # noqa: S608 - known names
        "WHERE outcome = 'artwork'",
    )
    read = {artwork["source_id"]: artwork for artwork in artworks.to_pylist()}
    if missing := [identifier for identifier, _ in rows if identifier not in read]:
        raise SourceError(
            f"{sample}: {len(missing)} of its artworks were not read from the catalog, such as "
            f"{missing[0]!r}: the column id must contain what the mapping reads as id"
        )
    found = Accuracy(len(rows), dict.fromkeys(fields, 0), dict.fromkeys(fields, 0))
    for identifier, row in rows:
        for name, expected in row.items():
            value = read[identifier][name]
            value = None if value in _UNREAD else value
            if expected == _NOT_CHECKED:
                continue
            if _agree(value, expected):
                found.right[name] += 1
            elif value is None:
                found.refused[name] += 1
            else:
                found.wrong.append(WrongValue(identifier, name, value, expected))
    return found


def _agree(value: Any, expected: str | None) -> bool:
    if value is None or expected is None:
        return value is None and expected is None
    if isinstance(value, (int, float)):
        try:
            return abs(value - float(expected)) < _TOLERANCE_CM
        except ValueError:
            return False
    return str(value).casefold() == expected.casefold()

"""What a mapping would read from a CSV, without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sql
from catalog import duck
from catalog.ingest import normalise, style_mapping
from catalog.sources.source import Source

FIRST_ROWS = 5
_SHOWN = (
    "artwork_id",
    "artist_display",
    "title",
    "date_earliest",
    "date_latest",
    "technique",
    "height_cm",
    "width_cm",
    "form",
    "style_given",
    "style",
    "outside",
    "image_key",
)


@dataclass(frozen=True)
class Preview:
    """What would become of the rows, how much of each field is read, and the first works."""

    read_as: list[str]
    rows_read: int
    left_out: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    coverage: list[dict[str, Any]]
    unmapped_styles: dict[str, int]
    outside: dict[str, int]
    first_rows: list[dict[str, Any]]


def preview(source: Source, name: str) -> Preview:
    """Read a catalog and say what would be ingested.

    Raises:
        SourceError: if it cannot be read.
    """
    connection = duck.connect()
    left_out = source.stage(connection)
    normalise(connection, name, style_mapping(source))
    outcomes = _counts(connection, "SELECT outcome, count(*) FROM ingested_rows GROUP BY ALL")
    first = duck.arrow(
        connection,
        f"SELECT {', '.join(_SHOWN)} FROM ingested_rows WHERE outcome = 'artwork' "  # noqa: S608
        f"ORDER BY line LIMIT {FIRST_ROWS}",
    )
    return Preview(
        read_as=source.read_as(),
        rows_read=sum(outcomes.values()),
        left_out=left_out,
        outcomes=outcomes,
        reasons=_counts(
            connection,
            "SELECT reason, count(*) AS n FROM ingested_rows WHERE outcome = 'quarantined' "
            "GROUP BY ALL ORDER BY n DESC, reason LIMIT 10",
        ),
        coverage=duck.arrow(connection, sql.text("artworks/coverage")).to_pylist(),
        unmapped_styles=_counts(
            connection,
            "SELECT style_given, count(*) AS n FROM ingested_rows WHERE style IS NULL "
            "AND style_given IS NOT NULL GROUP BY ALL ORDER BY n DESC, style_given LIMIT 20",
        ),
        outside=_counts(
            connection,
            "SELECT regexp_extract(outside, '^[^:]+') AS what, count(*) AS n FROM ingested_rows "
            "WHERE outside IS NOT NULL GROUP BY ALL ORDER BY n DESC, what",
        ),
        first_rows=first.to_pylist(),
    )


def _counts(connection: duck.DuckDB, statement: str) -> dict[str, int]:
    return dict(connection.execute(statement).fetchall())

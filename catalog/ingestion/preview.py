"""Preview of a mapping on a file, without writing anything."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sql
from catalog.base.wording import counted
from catalog.ingestion.ingest import normalise, style_mapping
from catalog.normalise.artists import parse_artists
from catalog.normalise.attributions import SUPPORTING, read_attribution
from catalog.sources.accuracy import Accuracy, measure_accuracy
from catalog.sources.mapped import Mapped, staged_as
from catalog.storage import duck

FIRST_ROWS = 5
READINGS = 6
"""Number of the most common notations shown per fact."""
_SHOWN = (
    "artwork_id, artist_display, title, date_earliest, date_latest, technique, height_cm, "
    "width_cm, form, style_given, style, outside, image_key"
)


@dataclass(frozen=True)
class FieldPreview:
    """Rows in which a field's columns are filled, the mapping gives a value, it is parsed.

    `read` is None for a field that stays as it is given; `example` is a column's value.
    """

    field: str
    columns: list[str]
    filled: int
    given: int
    read: int | None
    example: str | None


@dataclass(frozen=True)
class Preview:
    """Outcomes of the rows, parse rates by field, and the first artworks."""

    read_as: list[str]
    rows_read: int
    left_out: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    outside: dict[str, int]
    """Artworks outside the vocabulary by the kind of fact that places them there."""
    fields: list[FieldPreview]
    unused_columns: list[str]
    readings: list[dict[str, Any]]
    """The most common notations of each fact, with an example of each."""
    first_rows: list[dict[str, Any]]
    accuracy: Accuracy | None
    """Accuracy on a sample that was checked by hand."""
    warnings: list[str]
    """Probable mistakes of the mapping, each with its remedy."""


def preview(source: Mapped, name: str, sample: Path | None = None) -> Preview:
    """Read a catalog and summarise what would be ingested.

    Args:
        source: a catalog with its mapping.
        name: of the catalog.
        sample: a CSV with values that were checked by hand, see `measure_accuracy`.

    Raises:
        SourceError: if the catalog or the sample cannot be read.
    """
    connection = duck.connect()
    left_out = source.stage(connection)
    normalise(connection, name, style_mapping(source))
    outcomes = _counts(connection, "SELECT outcome, count(*) FROM ingested_rows GROUP BY ALL")
    first = duck.rows(
        connection,
        f"SELECT {_SHOWN} FROM ingested_rows WHERE outcome = 'artwork' "  # noqa: S608
        f"ORDER BY line LIMIT {FIRST_ROWS}",
    )
    used = set(source.mapping.columns)
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
        fields=_fields(connection, source),
        unused_columns=[column for column in source.header if column and column not in used],
        readings=duck.rows(connection, sql.text("mapping/readings"), {"most": READINGS}),
        outside=_counts(
            connection,
            "SELECT regexp_extract(outside, '^[^:]+') AS what, count(*) AS n FROM ingested_rows "
            "WHERE outside IS NOT NULL GROUP BY ALL ORDER BY n DESC, what",
        ),
        first_rows=first,
        accuracy=measure_accuracy(connection, sample) if sample else None,
        warnings=list(_warnings(connection, source)),
    )


def _warnings(connection: duck.DuckDB, source: Mapped) -> Iterator[str]:
    """Say where what artists did for the artworks is not read as that."""
    artist, profession = (source.mapping.fields.get(name) for name in ("artist", "profession"))
    for (given,) in connection.execute("SELECT DISTINCT profession FROM staged").fetchall():
        roles = map(read_attribution, (f"A B, {role}" for role in (given or "").split("; ")))
        if artist and profession and any(r.qualifier or r.role in SUPPORTING for r in roles):
            columns = ", ".join(map(json.dumps, (*artist.names, *profession.names)))
            between = f", separator = {json.dumps(artist.separator)}" if artist.separator else ""
            yield (
                f"profession: {given!r} gives each artist's role in a work: read it with the "
                f'names, artist = {{ columns = [{columns}], join = ", "{between} }}'
            )
            break
    if artist and artist.join and artist.join.strip() == ",":
        given = connection.execute("SELECT DISTINCT artist_given FROM staged").fetchall()
        names = {each.catalogued for (text,) in given for each in parse_artists(text or "")}
        ends = Counter(name.rpartition(", ")[2] for name in names if ", " in name)
        for end, count in ends.most_common(FIRST_ROWS):
            if end.islower() and end.replace(" ", "").isalpha():
                yield (
                    f"artist: {end!r} after {counted(count, 'name')} is not a known role and is "
                    f"read as part of the name: leave it out by missing = [{json.dumps(end)}]"
                )


def _fields(connection: duck.DuckDB, source: Mapped) -> list[FieldPreview]:
    names = {field: staged_as(field) for field in source.mapping.fields}
    counts = connection.execute(
        f"SELECT {', '.join(f'count({column})' for column in names.values())} "  # noqa: S608
        "FROM staged WHERE problem IS NULL"
    ).fetchall()[0]
    coverage = duck.rows(connection, sql.text("artworks/coverage"))
    read = {f"{row['field']}_given": row["parsed"] for row in coverage}
    fields = []
    for (field, value), given in zip(source.mapping.fields.items(), counts, strict=True):
        if value.names:
            filled, example = source.filled[field]
            # Birth and death, or height and width, are given and read together.
            is_part = list(names.values()).count(names[field]) > 1
            most = filled if is_part else given
            parsed = read.get(names[field])
            parsed = None if parsed is None else min(parsed, most)
            fields.append(
                FieldPreview(field, list(value.names), filled, min(given, most), parsed, example)
            )
    return fields


def _counts(connection: duck.DuckDB, statement: str) -> dict[str, int]:
    return dict(connection.execute(statement).fetchall())

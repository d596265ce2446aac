"""Ingestion of a catalog: stage rows, normalise, merge changes, quarantine invalid rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pyarrow as pa

import sql
from catalog.base.arrow import values
from catalog.base.errors import SourceError
from catalog.base.hashing import key_of
from catalog.base.results import RunResult
from catalog.ingestion import checks
from catalog.ingestion.lookups import StyleOf
from catalog.normalise import code_fingerprint
from catalog.sources.source import Source
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.vocabulary import names_other_style, style_bounds, style_lookup, vocabulary

QUARANTINE_SHARE = 0.01
"""Share of rows in quarantine above which there is a warning."""
_CATALOG_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


@dataclass
class IngestReport(RunResult):
    """Counts of an ingestion: `rows_read` = `artworks` + `quarantined` + `duplicates`."""

    rows_read: int = 0
    artworks: int = 0
    quarantined: int = 0
    duplicates: int = 0
    left_out: int = 0
    """Rows excluded by the mapping's filters; not among `rows_read`."""
    new: int = 0
    changed: int = 0
    returned: int = 0
    removed: int = 0
    unlabelled: int = 0
    coverage: list[dict[str, Any]] = field(default_factory=list)
    """Per field: number of texts given, and number that could be parsed."""
    source_fingerprint: str | None = None
    read_as: list[str] = field(default_factory=list)
    """The encoding of each file, its certainty, and its delimiter."""


def quarantine_warnings(report: IngestReport, before: int | None) -> list[str]:
    """Warn of a quarantine that holds over one per cent of the rows, or more rows than before.

    Args:
        report: of the ingestion.
        before: rows of the catalog in quarantine before it; None if it was never ingested.
    """
    now, rows = report.quarantined, report.rows_read
    more = 0 if before is None else now - before
    if not now or (now <= rows * QUARANTINE_SHARE and more <= 0):
        return []
    grown = f", {more:,} more than last time" if more > 0 else ""
    why = '"SELECT reason, count(*) FROM quarantine WHERE resolved_at IS NULL GROUP BY reason"'
    message = f"{now:,} of {rows:,} rows are in quarantine ({now / rows:.1%}{grown})"
    return [f"{message}: `artcat query {why}` says why"]


def check_catalog_name(name: str) -> str:
    """Return a usable name of a catalog.

    Raises:
        SourceError: unless it is lower-case letters, digits, `-` and `_`.
    """
    if not _CATALOG_NAME.fullmatch(name):
        raise SourceError(
            f"{name!r} is not a valid catalog name: use lower-case letters, digits, - and _"
        )
    return name


def ingest(
    home: Store,
    source: Source,
    name: str,
    *,
    allow_shrink: bool = False,
    check_artworks: Callable[[pa.Table], None] = lambda _: None,
) -> IngestReport:
    """Bring the tables `artworks` and `quarantine` up to date with a catalog.

    Nothing is read again if neither the source nor the tables have changed since the last run.

    Args:
        home: where the tables are.
        source: the catalog.
        name: of the catalog; other catalogs in the home are not touched.
        allow_shrink: continue although more than a tenth of the artworks are gone.
        check_artworks: called before anything is written with `artwork_id`, `image_key` and
            `source_url` of the artworks; what it raises stops the ingestion.

    Raises:
        SourceError: if the catalog cannot be read, shrank, or fails a check.
        StoreError: if the home cannot be written.
    """
    check_catalog_name(name)
    rules = (vocabulary().model_dump(mode="json"), code_fingerprint(), version("artcat"))
    fingerprint = key_of(source.fingerprint(), *rules)
    before = _unchanged_since(home, name, fingerprint)
    if before is not None:
        return before
    with duck.connect(home, ("artworks", "quarantine")) as connection:
        catalog = {"catalog": name}
        known, aside = connection.execute(
            "SELECT (SELECT count(*) FROM artworks WHERE catalog = $catalog), "
            "(SELECT count(*) FILTER (WHERE resolved_at IS NULL) FROM quarantine "
            "WHERE catalog = $catalog)",
            catalog,
        ).fetchall()[0]
        left_out = source.stage(connection)
        normalise(connection, name, style_mapping(source))
        if not allow_shrink:
            checks.refuse_vanished(connection, name)
        checked = checks.run(connection, "artworks", name)
        artworks = "FROM ingested_rows WHERE outcome = 'artwork'"
        check_artworks(
            duck.arrow(connection, f"SELECT artwork_id, image_key, source_url {artworks}")
        )
        by_change = _bring_up_to_date(connection, home, source, name)
        outcomes = dict(
            connection.execute("SELECT outcome, count(*) FROM ingested_rows GROUP BY 1").fetchall()
        )
        unlabelled = connection.execute(f"SELECT count(*) {artworks} AND style IS NULL").fetchall()
        coverage = duck.rows(connection, sql.text("artworks/coverage"))
    report = IngestReport(
        rows_read=sum(outcomes.values()),
        artworks=outcomes.get("artwork", 0),
        quarantined=outcomes.get("quarantined", 0),
        duplicates=outcomes.get("duplicate", 0),
        left_out=left_out,
        new=by_change["new"],
        changed=by_change["changed"],
        returned=by_change["returned"],
        removed=by_change["removed"],
        unlabelled=unlabelled[0][0],
        coverage=coverage,
        checks=checked,
        source_fingerprint=fingerprint,
        read_as=source.read_as(),
    )
    # A catalog that was never ingested has no quarantine to compare with.
    report.warnings = quarantine_warnings(report, aside if known or aside else None)
    return report


def _bring_up_to_date(
    connection: duck.DuckDB, home: Store, source: Source, name: str
) -> Counter[str]:
    """Merge `ingested_rows` into the tables; only changed artworks are written."""
    parameters = {"catalog": name, "now": datetime.now(UTC)}
    aside = sql.text("quarantine/changes")
    rows = duck.arrow(connection, aside, parameters | {"file": source.file})
    tables.merge(home, "quarantine", rows)
    by_change: Counter[str] = Counter()
    # In slices: a catalog of a million artworks does not fit into memory beside its tables.
    columns = ", ".join(TABLES["artworks"].schema.names)
    changes = connection.execute(
        f"SELECT change, {columns} FROM ({sql.text('artworks/changes')})",  # noqa: S608
        parameters,
    )
    for batch in changes.to_arrow_reader(tables.SLICE_ROWS):
        part = pa.Table.from_batches([batch])
        by_change.update(values(part, "change"))
        tables.merge(home, "artworks", part.drop_columns(["change"]))
    return by_change


def normalise(connection: duck.DuckDB, name: str, style_of: StyleOf) -> None:
    """Create `ingested_rows` from the relation `staged`, with normalised facts and outcomes."""
    from catalog.ingestion import lookups  # noqa: PLC0415 - takes a moment; an unchanged catalog needs none

    lookups.register_parts(connection)
    connection.execute(f"CREATE TEMP TABLE texts AS {sql.text('artworks/texts')}")
    lookups.register_facts(connection, style_of)
    connection.execute(
        f"CREATE TEMP TABLE normalised_rows AS {sql.text('artworks/rows')}", {"catalog": name}
    )
    connection.register("style_bounds", style_bounds())
    connection.execute(f"CREATE TEMP TABLE outside_rows AS {sql.text('artworks/outside')}")
    connection.execute(
        "CREATE TEMP TABLE ingested_rows AS SELECT normalised_rows.* REPLACE ("
        "coalesce(sha256(row_hash || ' outside: ' || outside), row_hash) AS row_hash), outside "
        "FROM normalised_rows LEFT JOIN outside_rows USING (line) ORDER BY line"
    )
    for table in ("texts", "normalised_rows", "outside_rows"):
        connection.execute(f"DROP TABLE {table}")


def style_mapping(source: Source | None = None) -> StyleOf:
    """Return the style of each of the source's terms: by its own mapping, then the vocabulary.

    A term that is mapped to an empty text has no style.

    Raises:
        SourceError: if a term is mapped to a style that is not in the vocabulary.
    """
    known = style_lookup()
    terms = source.style_terms if source else {}
    own = {term.casefold(): known.get(style.casefold()) for term, style in terms.items()}
    unknown = [term for term, style in terms.items() if style and style.casefold() not in known]
    if unknown:
        raise SourceError(
            f"the mapping maps {unknown[0]!r} to {terms[unknown[0]]!r}, which is not a style "
            f"in the vocabulary: {', '.join(sorted(set(known.values())))}"
        )
    separator = source.style_separator if source else None

    def style_of(given: str) -> tuple[str | None, str | None]:
        parts = [part.strip() for part in (given.split(separator) if separator else (given,))]
        for part in parts:
            if style := own.get(part.casefold()) or known.get(part.casefold()):
                return style, None
        others = (p for p in parts if p.casefold() not in own and names_other_style(p))
        return None, next(others, None)

    return style_of


def _unchanged_since(home: Store, name: str, fingerprint: str) -> IngestReport | None:
    """Return the last run's report, if the source and the tables are unchanged since."""
    connection = duck.connect(home, ("runs",))
    row = connection.execute(sql.text("runs/last_ingest"), {"catalog": name}).fetchone()
    if row is None:
        return None
    known, result, after = row[0], json.loads(row[1]), json.loads(row[2])
    if known != fingerprint or any(
        after.get(table) != tables.version_of(home, table) for table in ("artworks", "quarantine")
    ):
        return None
    names = [each.name for each in fields(IngestReport)]
    if not result.keys() >= set(names):
        return None  # the run was recorded by another version of artcat
    report = IngestReport(**{name: result[name] for name in names})
    report.new = report.changed = report.returned = report.removed = 0
    # Only these: the checks of other tables are run again.
    report.checks = [done for done in report.checks if done["check"].startswith("artworks/")]
    report.warnings = quarantine_warnings(report, report.quarantined)
    return report

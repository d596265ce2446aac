"""The table `work_changes`: which artworks an enriching run changed, and why.

A run reports all that no completed run has reported: what a run wrote that was killed before its
report is in the next one's. What a run reported that was killed before its end is withdrawn by the
next one, which reports it again: every change belongs to exactly one run.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

import sql
from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import scrubbed
from catalog.base.wording import one_line
from catalog.enrichment.champions import read_champions
from catalog.enrichment.counts import Counts
from catalog.storage import duck, tables
from catalog.storage.access import quote
from catalog.storage.store import Store

EXAMPLES = 20
_LOG = logging.getLogger("artcat.changes")
_FEEDS = ("enriched", "artworks")


@dataclass(frozen=True)
class ChangeReport:
    """The artworks that a run changed: counted, and the first of them."""

    counts: dict[str, int]
    """Artworks by kind: `new`, `changed`, `removed`, `returned`."""
    disagreeing: int
    """Changed artworks whose label in the catalog and prediction differ."""
    styles: list[dict[str, Any]]
    """`style_before`, `style_after`, `works`."""
    reasons: list[dict[str, Any]]
    """`reason`, `works`."""
    examples: list[dict[str, Any]]


@dataclass
class ReportedChanges:
    """What a run reported of the changed artworks."""

    champion: str | None = None
    """The champion classifier at that time."""
    reported: dict[str, int] | None = None
    """Versions of `enriched` and `artworks` up to which changes are reported."""
    changes: dict[str, int] = field(default_factory=dict)
    """Changed artworks by kind."""
    state: Counts | None = None
    """What the catalog, or the home, holds now."""
    what_changed: str | None = None
    """Where the report is."""


@dataclass(frozen=True)
class ChampionChange:
    """The champion, the champion at the last report, and why it was promoted."""

    model_version: str | None
    before: str | None
    reason: str | None


def record_changes(
    home: Store, run_id: str, catalog: str | None, reason: str | None = None
) -> dict[str, int]:
    """Write a row for each artwork that changed since the last report.

    By default the reason is derived from the differences.

    Returns:
        The versions of `enriched` and `artworks` up to which changes are reported: once they are in
        the row of a completed run, the next report begins after them.

    Raises:
        StoreError: if the change feed cannot be read, or the table not be written.
    """
    upto = {name: tables.version_of(home, name) or 0 for name in _FEEDS}
    with duck.connect(home, ("artworks", "enriched", "runs", "work_changes")) as connection:
        connection.execute(
            f"CREATE TEMP TABLE reported AS {sql.text('runs/reported')}", {"catalog": catalog}
        )
        changed = [_load_feed(connection, home, name, upto[name]) for name in _FEEDS]
        if not any(changed):
            return upto
        _withdraw_unfinished(home, run_id, catalog)
        connection.execute(f"CREATE TEMP TABLE facts AS {sql.text('artworks/changed')}")
        # A slice at a time: the first nightly run of a large catalog changes every artwork.
        # The time is when the last change was written: reporting again gives the same.
        ((written,),) = connection.execute(
            "SELECT max(_commit_timestamp)::TIMESTAMPTZ FROM (SELECT _commit_timestamp "
            "FROM enriched_feed UNION ALL SELECT _commit_timestamp FROM artworks_feed)"
        ).fetchall()
        given = {"run_id": run_id, "reason": reason, "changed_at": written}
        changes = connection.execute(sql.text("work_changes/changes"), given)
        for batch in changes.to_arrow_reader(tables.SLICE_ROWS):
            tables.merge(home, "work_changes", pa.Table.from_batches([batch]))
    return upto


def all_reported(home: Store) -> ReportedChanges:
    """Return what a run records so that the next report begins after the present versions."""
    reported = {name: tables.version_of(home, name) or 0 for name in _FEEDS}
    return ReportedChanges(champion_since(home, None).model_version, reported)


def _withdraw_unfinished(home: Store, run_id: str, catalog: str | None) -> None:
    """Delete the changes reported by runs that never completed: they are reported again now."""
    with duck.connect(home, ("work_changes", "runs")) as connection:
        unfinished = connection.execute(
            sql.text("work_changes/unfinished"), {"run_id": run_id, "catalog": catalog}
        ).fetchall()
    where = f"catalog = {quote(catalog)}" if catalog is not None else ""
    tables.delete(home, "work_changes", "run_id", [row[0] for row in unfinished], where)


def _load_feed(connection: duck.DuckDB, home: Store, name: str, last: int) -> bool:
    """Create `{name}_feed` of unreported changes from a change feed; whether there may be any.

    A feed with missing or damaged files counts as empty: no later run could read it.
    """
    lowest = connection.execute(f"SELECT min({name}) FROM reported").fetchall()[0][0]  # noqa: S608
    if lowest is not None and lowest < last:
        try:
            connection.register("reader", tables.change_feed(home, name, lowest + 1, last))
            # Copied into DuckDB: filters pushed down by joins do not work on Arrow tables.
            connection.execute("CREATE TEMP TABLE feed AS FROM reader")
            unreported = f"CREATE TEMP TABLE {name}_feed AS {sql.text('work_changes/unreported')}"
            connection.execute(unreported, {"table_name": name})
            connection.execute("DROP TABLE feed")
            connection.unregister("reader")
        except (StoreError, duck.Error) as error:
            if isinstance(error, TransientError) or tables.is_transient(str(error)):
                raise
            _LOG.warning(
                "what versions %d to %d of the table %s changed cannot be read: not reported (%s)",
                *(lowest + 1, last, name, one_line(scrubbed(str(error)), 300)),
            )
        else:
            return True
    connection.execute(
        f"CREATE TEMP TABLE {name}_feed AS SELECT *, '' AS _change_type, 0 AS _commit_version, "  # noqa: S608
        f"now() AS _commit_timestamp FROM {name} LIMIT 0"
    )
    return False


def report_of(home: Store, run_id: str, examples: int | None = EXAMPLES) -> ChangeReport:
    """Return what a run changed, as the table `work_changes` has it."""
    connection = duck.connect(home, ("work_changes", "artworks"))

    def rows(statement: str, **more: object) -> list[dict[str, Any]]:
        text = sql.text(f"work_changes/{statement}")
        return duck.rows(connection, text, {"run_id": run_id, **more})

    kinds = rows("counts")
    return ChangeReport(
        {row["kind"]: row["works"] for row in kinds},
        sum(row["disagreeing"] for row in kinds),
        rows("styles"),
        rows("reasons"),
        rows("examples", examples=examples),
    )


def champion_since(home: Store, catalog: str | None) -> ChampionChange:
    """Return the champion classifier, the one at the last report, and why it was promoted."""
    connection = duck.connect(home, ("artworks", "models", "promotions", "runs"))
    roles = read_champions(connection)
    now = next((row for row in roles if row["role"] == "classifier"), {})
    reported = duck.rows(connection, sql.text("runs/reported"), {"catalog": catalog})
    before = {row["champion"] for row in reported}
    return ChampionChange(
        now.get("model_version"),
        # Catalogs that are reported together may last have been reported with different models.
        before.pop() if len(before) == 1 else None,
        now.get("reason"),
    )

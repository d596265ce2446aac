"""Commands of `artcat tables`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.sources.parameters import HomeParameters
from catalog.storage import table_versions
from catalog.storage.homes import open_existing_home
from catalog.storage.schemas import SCHEMA_VERSION, is_current
from flows.cli.commands import Json
from flows.cli.output import say, say_json

_Home = Annotated[HomeParameters | None, Parameter(name="*")]
_ID = 13
"""Characters of a run's id, as `artcat runs list` shows it."""


def tables_list(*, parameters: _Home = None, json: Json = False) -> None:
    """Show each table: rows, version, size, last change, schema version."""
    home = open_existing_home((parameters or HomeParameters()).home)
    found = table_versions.overview(home)
    if json:
        say_json({"home": home.uri, "tables": found})
        return
    for line in _table_lines(found):
        say(line)


def tables_history(
    table: Annotated[str, Parameter(help="Name of the table, such as enriched.")],
    *,
    last: Annotated[
        int | None, Parameter(help="Number of versions; default: all.", validator=Number(gte=1))
    ] = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show the versions of a table: time, operation, rows, run."""
    home = open_existing_home((parameters or HomeParameters()).home)
    found = table_versions.history(home, table, last)
    if json:
        say_json({"table": table, "versions": found})
        return
    for line in _version_lines(found):
        say(line)


def _table_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    head = (
        f"{'table':12} {'rows':>10} {'version':>7} {'MB':>9} {'files':>5} {'last change':16} schema"
    )
    return [head, *map(_table_line, found)]


def _table_line(row: dict[str, Any]) -> str:
    version = row["schema_version"]
    if not is_current(version):
        version += f", of a different artcat version: this one uses {SCHEMA_VERSION}"
    return (
        f"{row['table']:12} {row['rows']:10,} {row['version']:7} {row['bytes'] / 1e6:9,.1f} "
        f"{row['files']:5} {row['changed_at']:%Y-%m-%d %H:%M} {version}"
    )


def _version_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    kinds = ("inserted", "updated", "deleted")
    head = (
        f"{'version':>7} {'at':19} {'operation':17} {' '.join(f'{kind:>9}' for kind in kinds)} run"
    )
    return [head, *(_version_line(row, kinds) for row in found)]


def _version_line(row: dict[str, Any], kinds: Sequence[str]) -> str:
    counts = " ".join(f"{'' if row[kind] is None else f'{row[kind]:,}':>9}" for kind in kinds)
    runs = " or ".join(f"{run['run_id'][:_ID]} ({run['flow']})" for run in row["runs"])
    at = f"{row['at']:%Y-%m-%d %H:%M:%S}"
    return f"{row['version']:7} {at} {row['operation']:17} {counts} {runs}".rstrip()

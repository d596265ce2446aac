"""A museum's export read through a mapping."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

import sql
from catalog.base.hashing import key_of
from catalog.sources.fields import known_fields
from catalog.sources.hints import name_in_order, size_with_unit
from catalog.sources.mapped_values import Statement
from catalog.sources.mapping import Mapping
from catalog.sources.source import CatalogFiles
from catalog.storage.duck import DuckDB

_ADVICE = "say with --catalog where the file lies, or name it in the mapping as `file`"
_STAGED_AS = {
    "id": "source_id",
    "image": "image_key",
    "url": "source_url",
    "artist_url": "artist_url",
    "profession": "profession",
    **dict.fromkeys(("birth", "death"), "born_died_given"),
    **dict.fromkeys(("date_from", "date_to"), "date_given"),
    **dict.fromkeys(("height", "width", "depth", "diameter", "unit"), "size_given"),
}


def staged_as(field: str) -> str:
    """Return the column of the relation `staged` that a field goes into."""
    return _STAGED_AS.get(field, f"{field}_given")


class Mapped:
    """One file whose columns a mapping names."""

    style_separator: str | None = known_fields()["style"].several

    def __init__(self, files: CatalogFiles, file: str, mapping: Mapping) -> None:
        self._files = files
        self.mapping = mapping
        self.file = file
        self.default_name = mapping.name
        self.style_terms = dict(mapping.styles)
        self.header: tuple[str, ...] = ()
        """The names of the file's columns, once it is staged."""
        self.filled: dict[str, tuple[int, str | None]] = {}
        """In how many staged rows a column of each field holds something, and such a value."""

    def check(self) -> None:
        """Raise SourceError, saying what to do, unless the file has the mapping's columns."""
        self._files.rows_of(self.file, _ADVICE, self.mapping.columns, most=1)

    def read_as(self) -> list[str]:
        """How the file is written."""
        return self._files.read_as()

    def stage(self, connection: DuckDB) -> int:
        """Make the relation `staged`: one row per row that passes the mapping's filters."""
        columns = self.mapping.columns
        rows = self._files.rows_of(self.file, _ADVICE, columns)
        self.header = rows.header
        # DuckDB takes names that differ in case for one name.
        names = {column: f"column_{at}" for at, column in enumerate(columns)}
        table = rows.table.rename_columns(["line", "raw", "problem", *names.values()])
        connection.register("mapped_rows", table)
        connection.execute(sql.text("mapping/macros"))
        statement = Statement(self.mapping, names)
        connection.execute(
            f"CREATE TEMP TABLE staged AS WITH {statement.text} {sql.text('mapping/stage')}",
            statement.parameters,
        )
        self.filled = self._filled(connection, names)
        connection.unregister("mapped_rows")  # which holds all rows in memory
        self._apply_hints(connection)
        counted = connection.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        return int(table.num_rows - counted)

    def _filled(
        self, connection: DuckDB, names: dict[str, str]
    ) -> dict[str, tuple[int, str | None]]:
        """In how many staged rows a column of each field holds something, and such a value."""
        values = {name: value for name, value in self.mapping.fields.items() if value.names}
        parameters: dict[str, list[str]] = {}
        asked = []
        for at, value in enumerate(values.values()):
            parameters[f"n{at}"] = ["", *self.mapping.missing, *value.missing]
            held = (
                f"CASE WHEN NOT list_contains($n{at}, mapped_trimmed({names[name]})) "
                f"THEN {names[name]} END"
                for name in value.names
            )
            first = f"coalesce({', '.join(held)})"
            asked += [f"count({first})", f"any_value({first})"]
        found = connection.execute(
            f"SELECT {', '.join(asked)} FROM mapped_rows "  # noqa: S608
            "SEMI JOIN staged USING (line) WHERE mapped_rows.problem IS NULL",
            parameters,
        ).fetchall()[0]
        return dict(zip(values, zip(found[::2], found[1::2], strict=True), strict=True))

    def fingerprint(self) -> str:
        """Changes when the file or the mapping does."""
        return key_of(
            self.mapping.model_dump(mode="json"),
            self._files.fingerprint(self.file, advice=_ADVICE),
        )

    def _apply_hints(self, connection: DuckDB) -> None:
        """Write sizes with their unit and names in their order, as the mapping says."""
        size, artist = self.mapping.fields.get("size"), self.mapping.fields.get("artist")
        if size and (unit := size.unit):
            _rewrite(connection, "size_given", lambda given: size_with_unit(given, unit))
        if artist and (order := artist.order):
            _rewrite(connection, "artist_given", lambda given: name_in_order(given, order))


def _rewrite(connection: DuckDB, column: str, write: Callable[[str], str]) -> None:
    given = connection.execute(f"SELECT DISTINCT {column} FROM staged").fetchall()  # noqa: S608
    pairs = [(text, write(text)) for (text,) in given if text is not None]
    changed = [(old, new) for old, new in pairs if old != new]
    kinds = pa.schema([("given", pa.string()), ("written", pa.string())])
    rows = [dict(zip(kinds.names, pair, strict=True)) for pair in changed]
    connection.register("rewritten", pa.Table.from_pylist(rows, kinds))
    connection.execute(
        f"UPDATE staged SET {column} = written FROM rewritten WHERE {column} = given"  # noqa: S608
    )
    connection.unregister("rewritten")

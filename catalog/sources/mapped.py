"""A museum's export read through a mapping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

import sql
from catalog.duck import DuckDB
from catalog.hashing import key_of
from catalog.sources.fields import known_fields
from catalog.sources.hints import name_in_order, size_with_unit
from catalog.sources.mapping import FieldValue, Mapping
from catalog.sources.source import CatalogFiles

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
_MEASURES = ("height", "width", "depth", "diameter")
_SEVERAL = "\x1f"
"""Between the values of a column of a nested file."""


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
        statement = _Statement(self.mapping, names)
        connection.execute(
            f"CREATE TABLE staged AS WITH {statement.text} {sql.text('mapping/stage')}",
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


class _Statement:
    """The SQL that makes the relation `mapped`: for each field a list of values.

    Its values stand in `parameters`: nothing of a mapping is written into SQL.
    """

    def __init__(self, mapping: Mapping, names: dict[str, str]) -> None:
        self.parameters: dict[str, Any] = {}
        self._mapping = mapping
        self._names = names
        self._lists: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self.kept = self._filters()
        fields = ", ".join(
            f"{self._field(mapping.fields[name]) if name in mapping.fields else 'NULL::VARCHAR[]'}"
            f" AS {name}"
            for name in known_fields()
        )
        units = ", ".join(f"{self._unit(name)} AS {name}_unit" for name in _MEASURES)
        lists = ", ".join(
            f"mapped_values({names[column]}, {self._add(separator)}, {self._add(missing)}) AS {key}"
            for (column, separator, missing), key in self._lists.items()
        )
        self.text = (
            f"split AS (SELECT line, raw, problem, {lists} FROM mapped_rows WHERE {self.kept}), "  # noqa: S608
            f"mapped AS (SELECT line, raw, problem, {fields}, {units} FROM split)"
        )

    def _add(self, value: str | Sequence[str]) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value if isinstance(value, str) else list(value)
        return f"${name}::VARCHAR{'' if isinstance(value, str) else '[]'}"

    def _unit(self, field: str) -> str:
        value = self._mapping.fields.get(field)
        return self._add(value.unit) if value and value.unit else "NULL::VARCHAR"

    def _filters(self) -> str:
        # A row that cannot be read is not left out: it goes to the quarantine.
        conditions = [
            f"list_has_any(mapped_values({self._names[column]}, {self._add(_SEVERAL)}, "
            f"{self._add(())}), {self._add(values)})"
            for column, values in self._mapping.filters.items()
        ]
        return f"problem IS NOT NULL OR ({' AND '.join(conditions)})" if conditions else "TRUE"

    def _values(self, column: str, value: FieldValue) -> str:
        separator = value.separator or _SEVERAL
        missing = (*self._mapping.missing, *value.missing)
        key = (column, separator.strip() or separator, missing)
        return self._lists.setdefault(key, f"list_{len(self._lists)}")

    def _field(self, value: FieldValue) -> str:
        found = self._origin(value)
        for column, wanted in value.where.items():
            found = f"mapped_where({found}, {self._values(column, value)}, {self._add(wanted)})"
        if value.pattern is not None:
            pattern, written = self._add(value.pattern), self._add(value.replacement)
            found = f"mapped_matches({found}, {pattern}, {written})"
        return found

    def _origin(self, value: FieldValue) -> str:
        if value.constant is not None:
            return f"[{self._add(value.constant)}]"
        lists = [self._values(column, value) for column in value.names]
        if value.first_of:
            some = (
                f"CASE WHEN list_any_value({each}) IS NOT NULL THEN {each} END" for each in lists
            )
            return f"coalesce({', '.join(some)})"
        places = f"range(1, greatest({', '.join(f'len({each})' for each in lists)}, 0) + 1)"
        parts = [f"mapped_at({each}, place)" for each in lists]
        if value.template is not None:
            texts = value.template_texts
            written = [self._add(texts[0])]
            for part, text in zip(parts, texts[1:], strict=True):
                written += [part, self._add(text)]
            return f"list_transform({places}, lambda place : {' || '.join(written)})"
        if value.join is not None:
            joined = f"concat_ws({self._add(value.join)}, {', '.join(parts)})"
            return f"list_transform({places}, lambda place : nullif({joined}, ''))"
        return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"

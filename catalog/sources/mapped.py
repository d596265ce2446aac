"""A museum's export read through a mapping: SQL makes the values of its fields out of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

import sql
from catalog.sources.json_rows import SEVERAL
from catalog.sources.mapped_values import name_in_order, size_with_unit
from catalog.sources.mapping import FieldValue, Mapping, known_fields
from catalog.sources.source import STAGED, CatalogFile, FileFormat, Source, create_staged
from catalog.storage.duck import DuckDB
from catalog.storage.store import Store

_MEASURES = ("height", "width", "depth", "diameter")
_STAGED_AS = {
    "id": "source_id",
    "image": "image_key",
    "url": "source_url",
    **dict.fromkeys(("birth", "death"), "born_died_given"),
    **dict.fromkeys(("date_from", "date_to"), "date_given"),
    **dict.fromkeys((*_MEASURES, "unit"), "size_given"),
}
_COMBINED = ("born_died_given", "nationality_given", "date_given", "size_given")
"""The columns of `staged` that `mapping/stage` makes; each other one holds one field."""


def staged_as(field: str) -> str:
    """Return the column of the relation `staged` that a field goes into."""
    return _STAGED_AS.get(field, field if field in STAGED.names else f"{field}_given")


class Mapped(Source):
    """One file whose columns a mapping names."""

    style_separator = known_fields()["style"].several

    def __init__(
        self,
        folder: Store,
        file: str,
        mapping: Mapping,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        """Name the file; an encoding and a delimiter that are given take the place of its own."""
        file_format = FileFormat(
            encoding or mapping.encoding,
            delimiter or mapping.delimiter,
            mapping.sheet,
            mapping.records,
        )
        advice = "name the file with --catalog, or with `file` in the mapping"
        given = CatalogFile(folder, file, file_format, advice, mapping.columns)
        super().__init__(mapping.name, mapping.model_dump(mode="json"), given)
        self.mapping = mapping
        self.style_terms = dict(mapping.styles)
        self.header: tuple[str, ...] = ()
        """The names of the file's columns, once it is staged."""
        self.filled: dict[str, tuple[int, str | None]] = {}
        """In how many staged rows a column of each field holds something, and such a value."""

    def stage(self, connection: DuckDB) -> int:
        """Make the relation `staged`: one row per row that passes the mapping's filters."""
        rows = self.files[0].rows()
        self.header = rows.header
        # DuckDB takes names that differ in case for one name.
        names = {column: f"column_{at}" for at, column in enumerate(self.mapping.columns)}
        table = rows.table.rename_columns(["line", "raw", "problem", *names.values()])
        connection.register("mapped_rows", table)
        connection.execute(sql.text("mapping/macros"))
        statement = _Statement(self.mapping, names)
        create_staged(
            connection, f"WITH {statement.text} {sql.text('mapping/stage')}", statement.parameters
        )
        self.filled = self._filled(connection, names)
        connection.unregister("mapped_rows")  # which holds all rows in memory
        size, artist = self.mapping.fields.get("size"), self.mapping.fields.get("artist")
        if size and (unit := size.unit):
            _rewrite(connection, "size_given", lambda given: size_with_unit(given, unit))
        if artist and (order := artist.order):
            _rewrite(connection, "artist_given", lambda given: name_in_order(given, order))
        counted = connection.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        return int(table.num_rows - counted)

    def _filled(
        self, connection: DuckDB, names: dict[str, str]
    ) -> dict[str, tuple[int, str | None]]:
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


def _rewrite(connection: DuckDB, column: str, write: Callable[[str], str]) -> None:
    """Rewrite each text of a column of `staged`."""
    found = connection.execute(
        f"SELECT DISTINCT {column} FROM staged WHERE {column} IS NOT NULL"  # noqa: S608
    ).fetchall()
    given = [text for (text,) in found]
    pairs = [pa.array(texts, pa.string()) for texts in (given, map(write, given))]
    connection.register("rewritten", pa.table(pairs, ["given", "written"]))
    connection.execute(
        f"UPDATE staged SET {column} = written FROM rewritten "  # noqa: S608
        f"WHERE {column} = given AND written <> given"
    )
    connection.unregister("rewritten")


class _Statement:
    """The SQL that makes the relation `mapped` from `mapped_rows`: for each field its values.

    Its values are in `parameters`: nothing of a mapping is written into SQL.
    """

    def __init__(self, mapping: Mapping, names: dict[str, str]) -> None:
        self.parameters: dict[str, Any] = {}
        self._missing = mapping.missing
        self._lists: dict[tuple[str, str, tuple[str, ...]], str] = {}
        # A row that cannot be read is not left out: it goes to the quarantine.
        conditions = [
            f"list_has_any(mapped_values({names[column]}, {self._add(SEVERAL)}, "
            f"{self._add(())}), {self._add(values)})"
            for column, values in mapping.filters.items()
        ]
        kept = f"problem IS NOT NULL OR ({' AND '.join(conditions or ['TRUE'])})"
        given = mapping.fields
        parts, plain = [], []
        for name, known in known_fields().items():
            value = self._field(given[name]) if name in given else "NULL::VARCHAR[]"
            parts.append(f"{value} AS {name}")
            if (column := staged_as(name)) not in _COMBINED:
                several = known.several and f"mapped_joined({name}, {self._add(known.several)})"
                plain.append(f"{column}: {several or f'list_any_value({name})'}")
        for name in _MEASURES:
            unit = given[name].unit if name in given else None
            parts.append(f"{self._add(unit) if unit else 'NULL::VARCHAR'} AS {name}_unit")
        lists = ", ".join(
            f"mapped_values({names[column]}, {self._add(separator)}, {self._add(missing)}) AS {key}"
            for (column, separator, missing), key in self._lists.items()
        )
        self.text = (
            f"split AS (SELECT line, raw, problem, {lists} FROM mapped_rows WHERE {kept}), "  # noqa: S608
            f"parts AS (SELECT line, raw, problem, {', '.join(parts)} FROM split), "
            f"mapped AS (SELECT *, {{{', '.join(plain)}}} AS plain FROM parts)"
        )

    def _add(self, value: str | Sequence[str]) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value if isinstance(value, str) else list(value)
        return f"${name}::VARCHAR{'' if isinstance(value, str) else '[]'}"

    def _values(self, column: str, value: FieldValue) -> str:
        separator = value.separator or SEVERAL
        key = (column, separator.strip() or separator, (*self._missing, *value.missing))
        return self._lists.setdefault(key, f"list_{len(self._lists)}")

    def _field(self, value: FieldValue) -> str:
        found = self._origin(value)
        for column, wanted in value.where.items():
            found = f"mapped_where({found}, {self._values(column, value)}, {self._add(wanted)})"
        if value.pattern is not None:
            written = r"\1" if value.replace is None else value.replace
            found = f"mapped_matches({found}, {self._add(value.pattern)}, {self._add(written)})"
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
            texts = [self._add(text) for text in value.template_texts]
            written = [texts[0]]
            for part, text in zip(parts, texts[1:], strict=True):
                written += [part, text]
            return f"list_transform({places}, lambda place : {' || '.join(written)})"
        if value.join is not None:
            joined = f"concat_ws({self._add(value.join)}, {', '.join(parts)})"
            return f"list_transform({places}, lambda place : nullif({joined}, ''))"
        return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"

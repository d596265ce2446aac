"""A museum's CSV read through a mapping."""

from __future__ import annotations

from catalog.duck import DuckDB
from catalog.hashing import key_of
from catalog.sources.mapping import ColumnValue, Mapping
from catalog.sources.source import STAGED, CatalogFiles

_NAMES = {
    "id": "source_id",
    "image": "image_key",
    "url": "source_url",
    "artist_url": "artist_url",
    "profession": "profession",
}


class Mapped:
    """One CSV whose columns a mapping names."""

    def __init__(self, files: CatalogFiles, file: str, mapping: Mapping) -> None:
        self._files = files
        self._mapping = mapping
        self.file = file
        self.default_name = mapping.name
        self.style_terms = dict(mapping.styles)
        self.style_separator = mapping.style_separator

    def check(self) -> None:
        """Raise SourceError, saying what to do, unless the CSV has the mapping's columns."""
        self._files.rows_of(self.file, _ADVICE, self._mapping.columns)

    def read_as(self) -> list[str]:
        """How the CSV is written."""
        return self._files.read_as()

    def stage(self, connection: DuckDB) -> int:
        """Make the relation `staged`: one row per row that passes the mapping's filters."""
        columns = self._mapping.columns
        rows = self._files.rows_of(self.file, _ADVICE, columns)
        # DuckDB takes names that differ in case for one name.
        names = {column: f"column_{at}" for at, column in enumerate(columns)}
        connection.register(
            "mapped_rows", rows.rename_columns(["line", "raw", "problem", *names.values()])
        )
        parameters = _Parameters()
        kept = _filters(self._mapping, names, parameters)
        fields = {_staged_name(field): value for field, value in self._mapping.fields.items()}
        missing = self._mapping.missing
        selected = ", ".join(
            f"{_expression(fields[name], names, missing, parameters)} AS {name}"
            if name in fields
            else f"NULL::VARCHAR AS {name}"
            for name in STAGED
            if name != "source_id"
        )
        identifier = _expression(fields["source_id"], names, missing, parameters)
        connection.execute(
            f"CREATE TABLE staged AS SELECT line, raw, {identifier} AS source_id, {selected}, "  # noqa: S608
            f"CASE WHEN problem IS NOT NULL THEN problem WHEN ({identifier}) IS NULL THEN "
            f"'the row has no id' END AS problem FROM mapped_rows WHERE {kept} ORDER BY line",
            parameters.values,
        )
        connection.unregister("mapped_rows")  # which holds all rows in memory
        counted = connection.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        return int(rows.num_rows - counted)

    def fingerprint(self) -> str:
        """Changes when the CSV or the mapping does."""
        return key_of(
            self._mapping.model_dump(mode="json"),
            self._files.fingerprint(self.file, advice=_ADVICE),
        )


_ADVICE = "say with --catalog where the CSV lies, or name it in the mapping as `file`"

_BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(65279)"
"""What is trimmed: blanks, also those of typesetters, tabulators and line ends."""


class _Parameters:
    """Values that a statement refers to by number: nothing of a mapping is written into SQL."""

    def __init__(self) -> None:
        self.values: dict[str, str | list[str]] = {}

    def add(self, value: str | list[str]) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def _staged_name(field: str) -> str:
    return _NAMES.get(field, f"{field}_given")


def _expression(
    value: ColumnValue, names: dict[str, str], missing: tuple[str, ...], parameters: _Parameters
) -> str:
    """The SQL for a field: trimmed, nothing for missing values or a pattern that does not fit."""
    if value.constant is not None:
        return f"{parameters.add(value.constant)}::VARCHAR"
    given = f"nullif(trim({names[value.column or '']}, {_BLANKS}), '')"
    if missing:
        nothing = parameters.add(list(missing))
        given = f"CASE WHEN NOT list_contains({nothing}, {given}) THEN {given} END"
    if value.pattern is None or value.replace is None:
        return given
    pattern, written = parameters.add(value.pattern), parameters.add(value.replace)
    return (
        f"CASE WHEN regexp_full_match({given}, {pattern}) "
        f"THEN regexp_replace({given}, {pattern}, {written}) END"
    )


def _filters(mapping: Mapping, names: dict[str, str], parameters: _Parameters) -> str:
    # A row that cannot be read is not left out: it goes to the quarantine.
    conditions = [
        f"list_contains({parameters.add(list(values))}, trim({names[column]}, {_BLANKS}))"
        for column, values in mapping.filters.items()
    ]
    return f"problem IS NOT NULL OR ({' AND '.join(conditions)})" if conditions else "TRUE"

"""A museum's export read through a mapping."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa

import sql
from catalog.base.hashing import key_of
from catalog.normalise.artists import SEPARATOR
from catalog.normalise.attributions import read_attribution
from catalog.normalise.name_words import (
    HONOURS,
    PARTICLES,
    RANK,
    SUFFIX,
    is_anonymous,
    is_firm,
    is_place,
)
from catalog.normalise.names import in_speaking_order, segments, split_outside_brackets
from catalog.normalise.nationalities import is_nation, is_nationality
from catalog.normalise.sizes import parse_size
from catalog.sources.fields import known_fields
from catalog.sources.mapped_values import Statement
from catalog.sources.mapping import Mapping
from catalog.sources.source import CatalogFiles, create_staged
from catalog.storage.duck import DuckDB

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?: \d+/\d+|[½¼¾⅛⅜⅝⅞])?")
_OWN_UNIT = re.compile(
    r"\d\s*(?!(?:x|by|and|h|w|d|l|b|t|height|width|depth)\b)[^\W\d_]|\d\s*[\"'″\u2032”]", re.I
)
_NAMES = re.compile(SEPARATOR)
_IN_BRACKETS = re.compile(r"\s*[(\[].*", re.DOTALL)


def size_with_unit(given: str, unit: str) -> str:
    """Return a size with the unit that it lacks; one that has a unit, or is none, as it is."""
    if not _NUMBER.search(given) or _OWN_UNIT.search(given) or parse_size(given).parsed:
        return given
    at_the_end = f"{given.rstrip(' .;,')} {unit}"
    each = _NUMBER.sub(rf"\g<0> {unit}", given)
    return next((text for text in (at_the_end, each) if parse_size(text).parsed), given)


def name_in_order(given: str, order: str) -> str:
    """Return names in speaking order, first name first, where their commas are ambiguous.

    Args:
        given: names, with `SEPARATOR` between them.
        order: `last, first` or `last first`.
    """
    turn = _turned_at_comma if order == "last, first" else _turned
    written = []
    for text in split_outside_brackets(_NAMES, given):
        name = read_attribution(text).name
        written.append(text.replace(name, turn(name)))
    return SEPARATOR.join(written)


def _turned_at_comma(name: str) -> str:
    brackets = _IN_BRACKETS.search(name)
    behind = brackets[0] if brackets else ""
    parts = segments(name.removesuffix(behind))
    if len(parts) == 1 or _is_no_person(name) or "," not in in_speaking_order(name):
        return name
    surname, given, *others = parts
    is_name = given[:1].isupper() and not any(map(str.isdigit, given))
    if not is_name or is_nation(given) or is_nationality(surname):
        return name
    if any(form.fullmatch(given) for form in (SUFFIX, HONOURS, RANK)):
        return name
    return ", ".join([f"{given} {surname}", *others]) + behind


def _turned(name: str) -> str:
    words = name.split()
    small = [word for word in words if not word[0].isupper() and word.lower() not in PARTICLES]
    is_other = is_nationality(words[0]) or _is_no_person(name) if words else True
    if is_other or len(words) == 1 or "," in name or small:
        return name
    capitals = [word.isupper() and len(word) > 1 for word in words]
    surname = max(1, [*capitals, False].index(False))
    return " ".join([*words[surname:], *words[:surname]])


def _is_no_person(name: str) -> bool:
    return is_anonymous(name) or is_firm(name) or is_place(name)


_ADVICE = "name the file with --catalog, or with `file` in the mapping"


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
        """Return how the file is written."""
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
        create_staged(
            connection,
            f"WITH {statement.text} {sql.text('mapping/stage')}",
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

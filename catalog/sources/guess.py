"""Guess which column of a file is which field of a mapping, by its name and its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.base.wording import one_line
from catalog.normalise.attributions import is_role
from catalog.sources.json_rows import SEVERAL
from catalog.sources.mapping import known_fields

_MAX_SHARE = 0.3
"""Share of the values that must look like the field's: the others may mean unknown."""
_UNIQUE = 0.99
_TELLING = 5
"""Minimum letters of a word that identifies a nested column: not `id` or `type`."""
_OFTEN = 0.02
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_UNITS = ("cm", "mm", "m", "in", "ft")
_INVERTED = re.compile(r"[^\s,]+(?: [^\s,]+)?, [^\d,]+")
_FIRST_NAMES = {"first name", "firstname", "forename", "forenames", "given name", "vorname"}
_FIRST_NAMES |= {"prenom", "voornaam", "artist first name", "artist first", "first"}
_LAST_NAMES = {"last name", "lastname", "surname", "family name", "nachname", "familienname"}
_LAST_NAMES |= {"nom", "achternaam", "artist last name", "artist last", "last", "cognome"}
_BETWEEN = re.compile(r"[|;]")
_SEPARATED = ("artist", "style", "birth", "death", "nationality", "image", "profession")
"""Fields that never have a semicolon within a value."""
_SIZES = ("height", "width", "depth", "diameter")


@dataclass(frozen=True)
class Column:
    """A column's name in plain words, and its values."""

    name: str
    words: tuple[str, ...]
    """Its name in plain words, then without its first words: of nested columns the last ones."""
    unit: str | None
    values: list[str]
    """One per row; an empty one is missing."""

    def filled(self) -> list[str]:
        """Return the values that are not empty, each of several by itself."""
        return [one for value in self.values for one in value.split(SEVERAL) if one]

    def is_unique(self) -> bool:
        """Return whether almost every row has a value, and another one."""
        known = [value for value in self.values if value]
        least = _UNIQUE * len(self.values)
        return len(known) >= least and len(set(known)) >= _UNIQUE * len(known)

    def looks_like(self, pattern: str) -> bool:
        """Return whether most values match a pattern."""
        values = self.filled()[:1000]
        fitting = sum(
            1 for value in values if re.fullmatch(pattern, value[:1000], re.DOTALL | re.I)
        )
        return bool(values) and fitting >= _MAX_SHARE * len(values)

    def samples(self) -> str:
        """Return the first different values, made safe for a comment."""
        shown = dict.fromkeys(one_line(value)[:40].strip() for value in self.filled()[:1000])
        return " | ".join([value for value in shown if value][:3])


def read_column(name: str, values: Sequence[str | None]) -> Column:
    """Return a column by its name in the file, and its values."""
    words = plain_words(name).split()
    unit = words.pop() if len(words) > 1 and words[-1] in _UNITS else None
    ways = dict.fromkeys(" ".join(words[at:]) for at in range(len(words)))
    if "." not in name:
        ways = dict.fromkeys(list(ways)[:1])
    return Column(name, tuple(ways), unit, [(value or "").strip() for value in values])


def plain_words(name: str) -> str:
    """Return the words of a name without accents: `artistDisplayName`, `Künstler_Name`."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(word.lower() for word in _WORD.findall(plain))


def guess_fields(columns: Sequence[Column]) -> dict[str, Any]:
    """Return the definition of each field that was found, as in a mapping."""
    found: dict[str, Column] = {}
    for field in known_fields():
        # The name of a file, or an address, may also identify the artwork.
        shares = field in ("image", "url")
        taken = [column for name, column in found.items() if not (shares and name == "id")]
        free = [column for column in columns if column not in taken and any(column.values)]
        if column := _find(field, free):
            found[field] = column
    _prefer_numbers(found)
    fields = {field: _value(field, column) for field, column in found.items()}
    first, last = (_named(columns, names) for names in (_FIRST_NAMES, _LAST_NAMES))
    if first and last and not {first.name, last.name} & set(map(str, fields.values())):
        fields["artist"] = {"columns": [first.name, last.name], "join": " "}
    elif "artist" in found and (roles := _roles(columns)):
        settings = fields["artist"] if isinstance(fields["artist"], dict) else {}
        settings = {key: value for key, value in settings.items() if key != "column"}
        names = [found["artist"].name, roles.name]
        fields["artist"] = {"columns": names, "join": ", ", **settings}
    return {name: fields[name] for name in known_fields() if name in fields}


def _roles(columns: Iterable[Column]) -> Column | None:
    """Find the column of the artists' roles, which is read with the names."""
    for column in columns:
        if column.words and column.words[0].endswith(("role", "roles")):
            roles = [role for value in column.filled()[:1000] for role in _BETWEEN.split(value)]
            if sum(map(is_role, roles)) > len(roles) / 2:
                return column
    return None


def _named(columns: Iterable[Column], names: set[str]) -> Column | None:
    return next((each for each in columns if each.words and each.words[0] in names), None)


def _find(field: str, columns: Sequence[Column]) -> Column | None:
    known = known_fields()[field]
    for depth in range(4):
        for name in known.names:
            if depth and len(name) < _TELLING:
                continue
            for column in columns:
                if column.words[depth : depth + 1] != (name,):
                    continue
                if column.is_unique() if field == "id" else column.looks_like(known.fits):
                    return column
    if field == "id":
        return next((column for column in columns if column.is_unique()), None)
    return None


def _prefer_numbers(found: dict[str, Column]) -> None:
    """Leave out a text where columns of numbers say the same."""
    if "birth" in found and "born_died" in found:
        del found["born_died"]
    sides = [found[name] for name in _SIZES if name in found]
    if "size" in found and sides:
        certain = "unit" in found or any(side.unit for side in sides)
        for name in ("size",) if certain and len(sides) > 1 else (*_SIZES, "unit"):
            found.pop(name, None)


def _value(field: str, column: Column) -> Any:
    settings: dict[str, str] = {}
    values = column.filled()
    separators = ("|", ";", ") (") if field in _SEPARATED else ("|",)
    for separator in separators if field in _SEPARATED or known_fields()[field].several else ():
        if sum(separator in value for value in values) > _OFTEN * len(values):
            settings["separator"] = separator
            break
    if field == "artist":
        names = [n for v in values for n in v.split(settings.get("separator", SEVERAL))]
        if sum(1 for n in names if _INVERTED.fullmatch(n.strip())) > len(names) / 2:
            settings["order"] = "last, first"
    if column.unit and field in ("size", *_SIZES):
        settings["unit"] = column.unit
    return {"column": column.name, **settings} if settings else column.name

"""Draft a mapping from a file: guess which column is which field, by its name and its values."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from catalog.base.wording import one_line
from catalog.normalise.attributions import is_role
from catalog.sources.json_rows import SEVERAL
from catalog.sources.mapping import known_fields
from catalog.sources.row_table import RowTable
from catalog.vocabulary import style_lookup

SAMPLE_ROWS = 20_000
_PLACEHOLDERS = {"-", "--", "–", "—", "n/a", "N/A", "NULL", "null", "None", "nan", "NaN", "?", "."}
_USUAL = ("utf-8", ",")
_GENERAL = ("", "artworks", "works", "catalog", "collection", "objects", "data", "export", "items")
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
_SEPARATED = ("artist", "style", "birth", "death", "nationality", "image", "profession")
"""Fields that never have a semicolon within a value."""
_SIZES = ("height", "width", "depth", "diameter")


class _Column:
    """A column's name in plain words, and its values."""

    def __init__(self, name: str, values: Sequence[str | None]) -> None:
        self.name = name
        words = _plain_words(name).split()
        self.unit = words.pop() if len(words) > 1 and words[-1] in _UNITS else None
        # Of nested columns also the last words alone.
        starts = range(len(words) if "." in name else min(1, len(words)))
        self.words = list(dict.fromkeys(" ".join(words[at:]) for at in starts))
        self.values = [(value or "").strip() for value in values]
        """One per row; an empty one is missing."""
        self.filled = [one for value in self.values for one in value.split(SEVERAL) if one]
        """The values that are not empty, each of several by itself."""

    def is_unique(self) -> bool:
        """Return whether almost every row has a value, and another one."""
        known = [value for value in self.values if value]
        least = _UNIQUE * len(self.values)
        return len(known) >= least and len(set(known)) >= _UNIQUE * len(known)

    def looks_like(self, pattern: str) -> bool:
        """Return whether enough values match a pattern."""
        form, values = re.compile(pattern, re.DOTALL | re.I), self.filled[:1000]
        fitting = sum(form.fullmatch(value[:1000]) is not None for value in values)
        return bool(values) and fitting >= _MAX_SHARE * len(values)

    def samples(self) -> str:
        """Return the first different values, made safe for a comment."""
        shown = dict.fromkeys(one_line(value)[:40].strip() for value in self.filled[:1000])
        return " | ".join([value for value in shown if value][:3])


def draft(rows: RowTable, file: str, name: str) -> str:
    """Draft the mapping in TOML of a catalog from all columns of its file's first rows."""
    table = rows.table.filter(rows.table["problem"].is_null())
    columns = [
        _Column(name, table[at].to_pylist()) for at, name in enumerate(table.column_names[3:], 3)
    ]
    fields = _guess_fields(columns)
    used = {name for value in fields.values() for name in _names(value)}
    by_name = {column.name: column for column in columns}
    lines = [
        f"# A mapping of {one_line(file)}. `artcat mapping fields` explains each field;",
        "# `artcat mapping check` shows how the values will be read.",
        f"name = {_toml(name)}",
        f"file = {_toml(file)}",
    ]
    for key, setting in rows.settings.items():
        doubt = f"  # {one_line(rows.doubts[key])}" if key in rows.doubts else ""
        if setting not in _USUAL:
            lines.append(f"{key} = {_toml(setting)}{doubt}")
    mapped = {value for name in used for value in by_name[name].values}
    if missing := sorted(mapped & _PLACEHOLDERS):
        lines.append(f"missing = {_toml(missing)}")
    lines += ["", "[fields]"]
    if "id" not in fields:
        lines.append('# id = ""  # needed: no column has another value in each row')
    for field, value in fields.items():
        samples = " // ".join(by_name[name].samples() for name in _names(value))
        lines.append(f"{field} = {_toml(value)}  # {samples}")
    if others := [column for column in columns if column.name not in used]:
        lines += ["", "# Columns that no field uses:"]
        lines += [f"#   {_toml(each.name)}  # {each.samples() or 'empty'}" for each in others]
    lines += ["", "# Fields that no column was found for:"]
    absent = ((field, known) for field, known in known_fields().items() if field not in fields)
    lines += [f"#   {field}: {known.meaning}" for field, known in absent]
    if terms := _unknown_styles(fields.get("style"), by_name):
        lines += ["", "# Style terms that the vocabulary does not know; name its style for them:"]
        lines += ["# [styles]", *(f'# {_toml(term)} = ""' for term in terms)]
    lines += ["", "# To read some of the rows only:", "# [filters]", '# "column" = ["value"]', ""]
    return "\n".join(lines)


def catalog_name(uri: str) -> str:
    """Return a name for the catalog in a file: the file's, or its folder's if more specific."""
    *folders, file = uri.split("/")
    stem = _plain_words(file.rpartition(".")[0]).replace(" ", "-")[:50]
    folder = _plain_words(folders[-1]).replace(" ", "-")[:50] if folders else ""
    return folder if folder and stem in _GENERAL else stem or folder or "catalog"


def _plain_words(name: str) -> str:
    """Return the words of a name without accents: `artistDisplayName`, `Künstler_Name`."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(word.lower() for word in _WORD.findall(plain))


def _unknown_styles(style: Any, columns: Mapping[str, _Column]) -> list[str]:
    """Return the most common style terms of the file that are not in the vocabulary."""
    if style is None:
        return []
    separator = SEVERAL if isinstance(style, str) else style["separator"]
    values = (one for name in _names(style) for one in columns[name].filled)
    terms = Counter(term.strip() for value in values for term in value.split(separator))
    known = style_lookup()
    return [term for term, _ in terms.most_common() if term and term.casefold() not in known][:20]


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return value["columns"] if "columns" in value else [value["column"]]


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f"{{ {', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())} }}"


def _guess_fields(columns: Sequence[_Column]) -> dict[str, Any]:
    """Return the definition of each field that was found, as in a mapping."""
    found: dict[str, _Column] = {}
    for field in known_fields():
        # The name of a file, or an address, may also identify the artwork.
        shares = field in ("image", "url")
        taken = [column for name, column in found.items() if not (shares and name == "id")]
        free = [column for column in columns if column not in taken and any(column.values)]
        if column := _find(field, free):
            found[field] = column
    # A text is left out where columns of numbers say the same.
    if "birth" in found:
        found.pop("born_died", None)
    sides = [found[name] for name in _SIZES if name in found]
    if "size" in found and sides:
        certain = "unit" in found or any(side.unit for side in sides)
        for name in ("size",) if certain and len(sides) > 1 else (*_SIZES, "unit"):
            found.pop(name, None)
    fields = {field: _value(field, column) for field, column in found.items()}
    first, last = (
        next((column.name for column in columns if set(column.words[:1]) & names), None)
        for names in (_FIRST_NAMES, _LAST_NAMES)
    )
    roles = next((column.name for column in columns if _are_roles(column)), None)
    if first and last and not {first, last} & set(map(str, fields.values())):
        fields["artist"] = {"columns": [first, last], "join": " "}
    elif "artist" in found and roles:
        settings = fields["artist"] if isinstance(fields["artist"], dict) else {}
        settings = {key: value for key, value in settings.items() if key != "column"}
        fields["artist"] = {"columns": [found["artist"].name, roles], "join": ", ", **settings}
    return {name: fields[name] for name in known_fields() if name in fields}


def _are_roles(column: _Column) -> bool:
    """Return whether a column has the artists' roles, which are read with the names."""
    if not (column.words and column.words[0].endswith(("role", "roles"))):
        return False
    roles = [role for value in column.filled[:1000] for role in re.split(r"[|;]", value)]
    return sum(map(is_role, roles)) > len(roles) / 2


def _find(field: str, columns: Sequence[_Column]) -> _Column | None:
    known = known_fields()[field]
    for depth, name, column in product(range(4), known.names, columns):
        if column.words[depth : depth + 1] != [name] or (depth and len(name) < _TELLING):
            continue
        if column.is_unique() if field == "id" else column.looks_like(known.fits):
            return column
    return next((column for column in columns if field == "id" and column.is_unique()), None)


def _value(field: str, column: _Column) -> Any:
    settings: dict[str, str] = {}
    values = column.filled
    several = ("|",) if known_fields()[field].several else ()
    separators = ("|", ";", ") (") if field in _SEPARATED else several
    for separator in separators:
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

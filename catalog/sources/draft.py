"""Draft a mapping from a file: which column seems to be which field, with sample values."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.row_table import RowTable
from catalog.sources.fields import known_fields
from catalog.sources.json_rows import SEVERAL
from catalog.vocabulary import style_lookup

SAMPLE_ROWS = 20_000
_MOST = 0.3
"""Part of the values that must look like the field's: others may say that nothing is known."""
_UNIQUE = 0.99
_TELLING = 5
"""Letters of a word that says what a nested column is, whatever it is in: not `id` or `type`."""
_OFTEN = 0.02
_PLACEHOLDERS = {"-", "--", "–", "—", "n/a", "N/A", "NULL", "null", "None", "nan", "NaN", "?", "."}
_USUAL = ("utf-8", ",")
_GENERAL = ("", "artworks", "works", "catalog", "collection", "objects", "data", "export", "items")
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


@dataclass(frozen=True)
class _Column:
    name: str
    words: tuple[str, ...]
    """Its name in plain words, then without its first words: of nested columns the last ones."""
    unit: str | None
    values: list[str]
    """One per row; an empty one is missing."""

    def filled(self) -> list[str]:
        return [one for value in self.values for one in value.split(SEVERAL) if one]

    def is_unique(self) -> bool:
        known = [value for value in self.values if value]
        least = _UNIQUE * len(self.values)
        return len(known) >= least and len(set(known)) >= _UNIQUE * len(known)

    def looks_like(self, pattern: str) -> bool:
        """Return whether most values match a pattern."""
        values = self.filled()[:1000]
        fitting = sum(
            1 for value in values if re.fullmatch(pattern, value[:1000], re.DOTALL | re.I)
        )
        return bool(values) and fitting >= _MOST * len(values)

    def samples(self) -> str:
        """The first different values, as they can stand in a comment."""
        shown = dict.fromkeys(_comment(value)[:40].strip() for value in self.filled()[:1000])
        return " | ".join([value for value in shown if value][:3])


def draft(rows: RowTable, file: str, name: str) -> str:
    """Return a mapping in TOML for a file.

    Args:
        rows: all columns of the file's first rows.
        file: its name.
        name: of the catalog.
    """
    table = rows.table.filter(rows.table["problem"].is_null())
    columns = [
        _column(name, table[3 + at].to_pylist()) for at, name in enumerate(table.column_names[3:])
    ]
    fields = _guess(columns)
    used = {name for value in fields.values() for name in _names(value)}
    by_name = {column.name: column for column in columns}
    lines = [
        f"# A mapping of {_comment(file)}. `artcat mapping fields` explains each field;",
        "# `artcat mapping check` shows how the values will be read.",
        f"name = {_text(name)}",
        f"file = {_text(file)}",
        *(f"{key} = {_text(value)}" for key, value in rows.settings.items() if value not in _USUAL),
    ]
    mapped = [value for each in used for value in by_name[each].values]
    if missing := sorted({value for value in mapped if value in _PLACEHOLDERS}):
        lines.append(f"missing = {_toml(missing)}")
    lines += ["", "[fields]"]
    if "id" not in fields:
        lines.append('# id = ""  # needed: no column has another value in each row')
    for field, value in fields.items():
        samples = " // ".join(by_name[name].samples() for name in _names(value))
        lines.append(f"{field} = {_toml(value)}  # {samples}")
    if others := [column for column in columns if column.name not in used]:
        lines += ["", "# Columns that no field uses:"]
        lines += [f"#   {_text(each.name)}  # {each.samples() or 'empty'}" for each in others]
    lines += ["", "# Fields that no column was found for:"]
    lines += [
        f"#   {field}: {known.meaning}"
        for field, known in known_fields().items()
        if field not in fields
    ]
    if terms := _unknown_styles(fields.get("style"), by_name):
        lines += ["", "# Style terms that the vocabulary does not know; name its style for them:"]
        lines += ["# [styles]", *(f'# {_text(term)} = ""' for term in terms)]
    lines += ["", "# To read some of the rows only:", "# [filters]", '# "column" = ["value"]', ""]
    return "\n".join(lines)


def _unknown_styles(style: Any, columns: Mapping[str, _Column]) -> list[str]:
    """The commonest style terms of the file that are no style of the vocabulary."""
    if style is None:
        return []
    separator = SEVERAL if isinstance(style, str) else style["separator"]
    values = (one for name in _names(style) for one in columns[name].filled())
    terms = Counter(term.strip() for value in values for term in value.split(separator))
    known = style_lookup()
    return [term for term, _ in terms.most_common() if term and term.casefold() not in known][:20]


def catalog_name(uri: str) -> str:
    """Return a name for the catalog in a file: the file's, or its folder's if that says more."""
    *folders, file = uri.split("/")
    stem = _plain(file.rpartition(".")[0]).replace(" ", "-")[:50]
    folder = _plain(folders[-1]).replace(" ", "-")[:50] if folders else ""
    return folder if folder and stem in _GENERAL else stem or folder or "catalog"


def _column(name: str, values: Sequence[str | None]) -> _Column:
    words = _plain(name).split()
    unit = words.pop() if len(words) > 1 and words[-1] in _UNITS else None
    ways = dict.fromkeys(" ".join(words[at:]) for at in range(len(words)))
    if "." not in name:
        ways = dict.fromkeys(list(ways)[:1])
    return _Column(name, tuple(ways), unit, [(value or "").strip() for value in values])


def _plain(name: str) -> str:
    """The words of a name without accents: `artistDisplayName`, `Künstler_Name`."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(word.lower() for word in _WORD.findall(plain))


def _guess(columns: Sequence[_Column]) -> dict[str, Any]:
    """What each field that was found is made of, as a mapping says it."""
    found: dict[str, _Column] = {}
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
    return {name: fields[name] for name in known_fields() if name in fields}


def _named(columns: Iterable[_Column], names: set[str]) -> _Column | None:
    return next((each for each in columns if each.words and each.words[0] in names), None)


def _find(field: str, columns: Sequence[_Column]) -> _Column | None:
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


def _prefer_numbers(found: dict[str, _Column]) -> None:
    """Leave out a text where columns of numbers say the same."""
    if "birth" in found and "born_died" in found:
        del found["born_died"]
    sides = [found[name] for name in _SIZES if name in found]
    if "size" in found and sides:
        certain = "unit" in found or any(side.unit for side in sides)
        for name in ("size",) if certain and len(sides) > 1 else (*_SIZES, "unit"):
            found.pop(name, None)


def _value(field: str, column: _Column) -> Any:
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


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return value["columns"] if "columns" in value else [value["column"]]


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return f"{{ {', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())} }}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)

"""Draft a mapping from a file: which column seems to be which field, with sample values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from catalog.base.wording import one_line
from catalog.sources.guess import Column, guess_fields, plain_words, read_column
from catalog.sources.json_rows import SEVERAL
from catalog.sources.mapping import known_fields
from catalog.sources.row_table import RowTable
from catalog.vocabulary import style_lookup

SAMPLE_ROWS = 20_000
_PLACEHOLDERS = {"-", "--", "–", "—", "n/a", "N/A", "NULL", "null", "None", "nan", "NaN", "?", "."}
_USUAL = ("utf-8", ",")
_GENERAL = ("", "artworks", "works", "catalog", "collection", "objects", "data", "export", "items")


def draft(rows: RowTable, file: str, name: str) -> str:
    """Return a mapping in TOML for a file.

    Args:
        rows: all columns of the file's first rows.
        file: its name.
        name: of the catalog.
    """
    table = rows.table.filter(rows.table["problem"].is_null())
    columns = [
        read_column(name, table[3 + at].to_pylist())
        for at, name in enumerate(table.column_names[3:])
    ]
    fields = guess_fields(columns)
    used = {name for value in fields.values() for name in _names(value)}
    by_name = {column.name: column for column in columns}
    lines = [
        f"# A mapping of {one_line(file)}. `artcat mapping fields` explains each field;",
        "# `artcat mapping check` shows how the values will be read.",
        f"name = {_text(name)}",
        f"file = {_text(file)}",
        *(
            f"{key} = {_text(value)}{_comment(rows.doubts.get(key))}"
            for key, value in rows.settings.items()
            if value not in _USUAL
        ),
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


def _comment(text: str | None) -> str:
    return f"  # {one_line(text)}" if text else ""


def _unknown_styles(style: Any, columns: Mapping[str, Column]) -> list[str]:
    """Return the most common style terms of the file that are not in the vocabulary."""
    if style is None:
        return []
    separator = SEVERAL if isinstance(style, str) else style["separator"]
    values = (one for name in _names(style) for one in columns[name].filled())
    terms = Counter(term.strip() for value in values for term in value.split(separator))
    known = style_lookup()
    return [term for term, _ in terms.most_common() if term and term.casefold() not in known][:20]


def catalog_name(uri: str) -> str:
    """Return a name for the catalog in a file: the file's, or its folder's if more specific."""
    *folders, file = uri.split("/")
    stem = plain_words(file.rpartition(".")[0]).replace(" ", "-")[:50]
    folder = plain_words(folders[-1]).replace(" ", "-")[:50] if folders else ""
    return folder if folder and stem in _GENERAL else stem or folder or "catalog"


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

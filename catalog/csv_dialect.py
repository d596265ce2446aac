"""Find out how a CSV file is written: its encoding and its delimiter."""

from __future__ import annotations

import codecs
import csv
from itertools import islice

from catalog.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_SAMPLE_BEYOND_ASCII = 2000


def decode(file: str, data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file and its encoding; bytes that do not fit become U+FFFD.

    Raises:
        SourceError: if there is no encoding of that name.
    """
    name = encoding or detect_encoding(data)
    try:
        codecs.lookup(name)
        if name.replace("_", "-").lower() in {"utf-8", "utf8"}:
            name = "utf-8-sig"
        return data.decode(name, errors="replace"), name
    except LookupError as error:
        raise SourceError(
            f"{file}: there is no encoding {encoding!r}; try utf-8 or cp1252"
        ) from error
    except UnicodeError as error:
        raise SourceError(f"{file} is not in the encoding {name}: {error}") from error


def detect_encoding(data: bytes) -> str:
    """The encoding of a text: by its mark, else UTF-8 unless most of its lines say otherwise.

    A file with a few bad bytes in UTF-8 stays UTF-8: they are its rows' problem. What is not UTF-8
    is taken for cp1252, as Western spreadsheets write it.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\0" in data[:1000]:
        even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
        if max(even, odd) > len(data[:1000]) // 4:
            return "utf-16-be" if even > odd else "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        lines = (line for line in data.split(b"\n") if not line.isascii())
        beyond_ascii = list(islice(lines, _SAMPLE_BEYOND_ASCII))
        unfit = sum(1 for line in beyond_ascii if not _is_utf8(line))
        return "cp1252" if 2 * unfit > len(beyond_ascii) else "utf-8-sig"
    return "utf-8-sig"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def detect_delimiter(text: str) -> str:
    """The delimiter that splits the header and the first rows into most columns, evenly."""
    lines = [line for line in islice(text.splitlines(), _SAMPLE_LINES) if line.strip()]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Rows as wide as the header, if that has more than one column; then the header's width."""
    try:
        widths = [len(fields) for fields in csv.reader(lines, delimiter=delimiter) if fields]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]

r"""Matching of image names in catalogs to files, tolerant of spelling.

Catalogs come from systems that write `images\a.jpg`, ignore case, or compose accents differently
from the file system that the images are on.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from catalog.base.wording import listed

_OTHER_ENCODINGS = ("cp437", "cp850", "cp1252", "mac_roman")
"""Encodings of names in archives and old file systems."""
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)?")
"""A plain name that needs no normalisation."""
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Found:
    """The file that a name refers to, or candidates."""

    key: str | None = None
    candidates: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """A question for the user about which file was meant; empty without candidates."""
        if not self.candidates:
            return ""
        return f"; was {listed(self.candidates, between=' or ')} meant?"


class ImageNames:
    """Index of the names of existing files."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(keys)
        self._exact = frozenset(self._keys)
        self._indices: dict[Callable[[str], str], dict[str, dict[str, None]]] = {}

    def find(self, given: str) -> Found:
        """Find the file that a catalog's name refers to; differences in spelling are tolerated.

        If that is not certain, the candidates are files with a similar name.
        """
        spelled = spell(given)
        readings = (spelled, unquote(spelled)) if "%" in spelled else (spelled,)
        for name in (spelled, *map(spell, readings[1:])):
            if name in self._exact:
                return Found(name)
        spellings = (found for each in readings if (found := self._alike(_spelling, fold(each))))
        alike = next(spellings, ())
        if len(alike) > 1:
            same_case = [key for key in alike if _composed(key) == _composed(spelled)]
            alike = tuple(same_case) or alike
        if len(alike) == 1:
            return Found(alike[0])
        # Otherwise of the same name in other folders or formats, or with other punctuation
        similar = ((form, form(spelled)) for form in (_name, _stem, _words))
        others = (self._alike(form, name) for form, name in similar if name)
        return Found(candidates=alike or next(filter(None, others), ()))

    def _alike(self, form: Callable[[str], str], name: str) -> tuple[str, ...]:
        """Return the files whose names have this form; indexed when it is first asked for."""
        if form not in self._indices:
            index = self._indices[form] = defaultdict(dict)
            for key in self._keys:
                for reading in _readings(key):
                    index[form(reading)][key] = None
        return tuple(self._indices[form].get(name, ()))


def spell(name: str) -> str:
    r"""Normalise a path: `/` for `\`, no leading `./` or `/`, no `//`, no `..`.

    One that leads out of the folder keeps its leading `..`.
    """
    if _PLAIN.fullmatch(name):
        return name
    name = name.strip().strip("\"'").removeprefix("file://").replace("\\", "/")
    return posixpath.normpath(name.lstrip("/") or ".")


def fold(name: str) -> str:
    """Fold case, composition of accents and kinds of blanks."""
    if _PLAIN.fullmatch(name):
        return name.lower()
    if name.isascii():
        return " ".join(name.lower().split())
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _spelling(key: str) -> str:
    return fold(spell(key))


def _name(key: str) -> str:
    return fold(posixpath.basename(key))


def _stem(key: str) -> str:
    return posixpath.splitext(_name(key))[0]


def _words(key: str) -> str:
    """Reduce a name to letters and digits, without leading zeros of numbers."""
    return _NOT_WORD.sub("", _stem(key)).lstrip("0")


def _readings(key: str) -> Iterator[str]:
    r"""Yield a name and what it may have been before it was decoded wrongly.

    Bytes that are not UTF-8 are written as `\xNN`; wrongly decoded UTF-8 can be reversed.
    """
    yield key
    given, pairs = key, [(wrong, "utf-8") for wrong in _OTHER_ENCODINGS]
    if "\\x" in key:
        given = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), key)
        pairs = [("latin-1", right) for right in _OTHER_ENCODINGS]
    for wrong, right in () if given.isascii() else pairs:
        with suppress(UnicodeError):
            yield given.encode(wrong).decode(right)

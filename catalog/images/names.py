r"""Matching of image names in catalogs to files, tolerant of spelling.

Catalogs come from systems that write `images\a.jpg`, ignore case, or compose accents differently
from the file system that the images are on.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

_OTHER_ENCODINGS: tuple[str, ...] = ("cp437", "cp850", "cp1252", "mac_roman")
"""Encodings of names in archives and old file systems."""
_UTF_8 = ("utf-8",) * len(_OTHER_ENCODINGS)
_BYTES = ("latin-1",) * len(_OTHER_ENCODINGS)
_SHOWN = 3
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
        more = ", ..." if len(self.candidates) > _SHOWN else ""
        return f"; was {' or '.join(self.candidates[:_SHOWN])}{more} meant?"


class ImageNames:
    """Index of the names of existing files."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(keys)
        self._exact = frozenset(self._keys)

    def find(self, given: str) -> Found:
        """Find the file that a name refers to; differences in spelling are tolerated.

        Args:
            given: as the catalog has it.

        Returns:
            The file; or, if it is not certain, files with a similar name.
        """
        spelled = spell(given)
        readings = (spelled, unquote(spelled)) if "%" in spelled else (spelled,)
        for name in (spelled, *map(spell, readings[1:])):
            if name in self._exact:
                return Found(name)
        alike = next((found for each in readings if (found := self._folded.get(fold(each)))), ())
        if len(alike) > 1:
            same_case = [key for key in alike if _composed(key) == _composed(spelled)]
            alike = tuple(same_case) or alike
        if len(alike) == 1:
            return Found(alike[0])
        return Found(candidates=alike or self._similar(spelled))

    def _similar(self, spelled: str) -> tuple[str, ...]:
        """Find files of the same name in other folders or formats, or with other punctuation."""
        name = fold(posixpath.basename(spelled))
        stem = _stem(name)
        indices = ((self._by_name, name), (self._by_stem, stem), (self._by_words, _words(stem)))
        return next((found for index, key in indices if key and (found := index.get(key))), ())

    @cached_property
    def _folded(self) -> Mapping[str, tuple[str, ...]]:
        return self._index(lambda key: fold(spell(key)))

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        return self._index(lambda key: fold(posixpath.basename(key)))

    @cached_property
    def _by_stem(self) -> Mapping[str, tuple[str, ...]]:
        return self._index(lambda key: _stem(fold(posixpath.basename(key))))

    @cached_property
    def _by_words(self) -> Mapping[str, tuple[str, ...]]:
        return self._index(lambda key: _words(_stem(fold(posixpath.basename(key)))))

    def _index(self, form: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
        index: dict[str, dict[str, None]] = defaultdict(dict)
        for key in self._keys:
            for reading in _readings(key):
                index[form(reading)][key] = None
        return {name: tuple(keys) for name, keys in index.items()}


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


def _stem(name: str) -> str:
    return posixpath.splitext(name)[0]


def _words(stem: str) -> str:
    """Reduce a name to letters and digits, without leading zeros of numbers."""
    return (stem if stem.isalnum() else _NOT_WORD.sub("", stem)).lstrip("0")


def _readings(key: str) -> Iterator[str]:
    r"""Yield a name and what it may have been before it was decoded wrongly.

    Bytes that are not UTF-8 are written as `\xNN`; wrongly decoded UTF-8 can be reversed.
    """
    yield key
    given, wrong, right = key, _OTHER_ENCODINGS, _UTF_8
    if "\\x" in key:
        given = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), key)
        wrong, right = _BYTES, _OTHER_ENCODINGS
    if not given.isascii():
        for encodings in zip(wrong, right, strict=True):
            if (text := _recode(given, *encodings)) is not None:
                yield text


def _recode(name: str, wrong: str, right: str) -> str | None:
    try:
        return name.encode(wrong).decode(right)
    except UnicodeError:
        return None

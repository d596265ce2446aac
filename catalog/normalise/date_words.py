"""Cut a date into the words and numbers that it is made of; `dates.toml` lists the words."""

from __future__ import annotations

import re
from typing import NamedTuple

from catalog.base.files import packaged_toml


class UnreadableDateError(ValueError):
    """Error for a text that cannot be read reliably as a date."""


class Token(NamedTuple):
    """A piece of a date: its kind, its text, its number if it has one, its position."""

    kind: str
    text: str
    value: int
    start: int


_TABLES = packaged_toml("catalog.normalise", "dates.toml")
_VOCABULARY: dict[str, tuple[str, int]] = {
    **{word: (kind, 0) for kind, words in _TABLES["words"].items() for word in words.split()},
    **{
        word: (kind, int(number))
        for kind, numbered in _TABLES["numbered"].items()
        for number, words in numbered.items()
        for word in words.split()
    },
}
_PHRASE = re.compile("|".join(rf"\b{re.escape(phrase)}\b" for phrase in _TABLES["phrases"]))
_PIECE = re.compile(
    r"(?P<decade>[0-9]{1,3}0)(?:['’]?s|-?tall?ets?|['’]?erne)\b"
    r"|(?P<ordinal>[0-9]{1,2})(?:st|nd|rd|th|h|er?|re|[èe]re|[èe]me|nde|de|ste|:[ae]|º|°)(?!\w)"
    r"|(?P<roman>(?=[ivx])x{0,2}(?:ix|iv|v?i{0,3}))(?:e|[èe]me|º|°)?(?!\w)"
    r"|(?P<number>[0-9]+)(?![0-9a-z%])"
    r"|(?P<mixed>[0-9][^\s,;/()-]*)"
    r"|(?P<word>[^\W\d_]+|[-,;/&?()])"
    r"|(?P<space>[\s.:]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
"""Any dash for the plain one, for `str.translate`."""
_ONES = {"i": 1, "v": 5, "x": 10}
_ANCHORS = frozenset(["number", "decade", "ordinal", "century"])
_TRAILING = frozenset("? onwards onward later earlier bc bce ad ce".split())
_MAX_DIGITS = 20
_ERA = re.compile(r"\b(?:(b)\.?\s?c\.?(?:\s?e\b\.?)?|a\.\s?d\b\.?|c\.\s?e\b\.?)(?![a-z])")
_JOINED_ERA = re.compile(r"(?<=[0-9])(?=(?:bce?|ce|ad)\b)")
_CENTURY = re.compile(r"(?<=[0-9](?:st|nd|rd|th))\s*c\b\.?")


def spell_out(text: str) -> str:
    """Write eras and centuries in one way: `2nd c. B.C.` -> `2nd century bc`; lower case in."""
    text = _PHRASE.sub(lambda match: _TABLES["phrases"][match[0]], text)
    text = _JOINED_ERA.sub(" ", _CENTURY.sub(" century", text))
    return _ERA.sub(lambda match: " bc" if match.group(1) else " ad", text)


def says_when(word: str) -> bool:
    """Return whether a lower-case word says something about a date, unlike `the` or `and`."""
    return _VOCABULARY.get(word, ("filler", 0))[0] not in ("filler", "list", "range")


def tokens(text: str) -> list[Token]:
    """Cut a lower-case text; what is part of no date gets the kind `unknown`."""
    return [_token(match) for match in _PIECE.finditer(text) if match.lastgroup != "space"]


def _token(match: re.Match[str]) -> Token:
    kind, piece, start = match.lastgroup, match.group(), match.start()
    if kind == "word":
        name, value = _VOCABULARY.get(piece, ("unknown", 0))
        return Token(name, piece, value, start)
    if kind in ("mixed", "other", None):
        return Token("unknown", piece, 0, start)
    digits = match.group(kind)
    if kind == "roman":
        return Token("ordinal", piece, _from_roman(digits), start)
    # Python refuses to read numbers of thousands of digits.
    return Token(kind, digits, int(digits) if len(digits) < _MAX_DIGITS else 0, start)


def _from_roman(numeral: str) -> int:
    values = [_ONES[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def date_stretch(text: str) -> str:
    """Return the date in a lower-case text, without places before and after it."""
    pieces = tokens(text)
    anchors = [i for i, token in enumerate(pieces) if _is_anchor(token)]
    if not anchors:
        return ""
    first, last = anchors[0], anchors[-1]
    while first and pieces[first - 1].kind != "unknown":
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1].text in _TRAILING:
        last += 1
    stop = pieces[last + 1].start if last + 1 < len(pieces) else len(text)
    return text[pieces[first].start : stop].strip(" ,;-")


def _is_anchor(token: Token) -> bool:
    return token.kind in _ANCHORS or token.text[0].isdigit()

"""Which words and numbers a date is made of."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of a date: what it is, as it stands, its number if it has one, where it begins."""

    kind: str
    text: str
    value: int
    start: int


_KINDS: dict[str, str] = {
    "about": "c ca cca circa about around approx approximately probably perhaps possibly ?",
    "before": """before until till by pre earlier completed finished exhibited published engraved
        acquired issued""",
    "after": "after from since post onwards onward later",
    # A work begun, founded or ordered in a year was made in it or later, also where two years
    # are given.
    "begun": "begun began started founded established ordered commissioned",
    "century": "century centuries cent cents",
    "bc": "bc bce",
    "ad": "ad ce",
    "range": "- to through bis",
    "list": ", ; / & and or",
    "close": ")",
    "month": """january february march april may june july august september october november
        december jan feb mar apr jun jul aug sep sept oct nov dec febrauary spring summer autumn
        fall winter""",
    "filler": """( the of in between soon and/or dated signed made painted executed designed planned
        built rebuilt erected converted consecrated cast carved set up model
        reworked unfinished printed print negative likely year years""",
}
_NUMBERED: dict[str, dict[str, int]] = {
    "part": {"early": 1, "beginning": 1, "mid": 2, "middle": 2, "late": 3, "end": 3},
    "nth": {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "final": -1},
    "unit": {"half": 2, "thirds": 3, "quarter": 4, "decade": 10},
    "ordinal": {
        word: number
        for number, word in enumerate(
            """eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth
            nineteenth twentieth""".split(),
            start=11,
        )
    },
}
_VOCABULARY: dict[str, tuple[str, int]] = {
    **{word: (kind, 0) for kind, words in _KINDS.items() for word in words.split()},
    **{word: (kind, n) for kind, words in _NUMBERED.items() for word, n in words.items()},
}
_PIECE = re.compile(
    r"(?P<decade>[0-9]{1,3}0)['’]?s\b"
    r"|(?P<ordinal>[0-9]{1,2})(?:st|nd|rd|th|h)\b"
    r"|(?P<number>[0-9]+)(?![0-9a-z%])"
    r"|(?P<mixed>[0-9][^\s,;/()-]*)"
    r"|(?P<word>[^\W\d_]+|[-,;/&?()])"
    r"|(?P<space>[\s.:]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
"""Any dash for the plain one, for `str.translate`."""
_ANCHORS = frozenset(["number", "decade", "ordinal", "century"])
_TRAILING = frozenset("? onwards onward later earlier bc bce ad ce".split())
_MOST_DIGITS = 20
_ERA = re.compile(r"\b(?:(b)\.?\s?c\.?(?:\s?e\b\.?)?|a\.\s?d\b\.?|c\.\s?e\b\.?)(?![a-z])")
_CENTURY = re.compile(r"(?<=[0-9](?:st|nd|rd|th))\s*c\b\.?")


def spell_out(text: str) -> str:
    """Write eras and centuries in one way: `2nd c. B.C.` -> `2nd century bc`; lower case in."""
    text = _CENTURY.sub(" century", text)
    return _ERA.sub(lambda match: " bc" if match.group(1) else " ad", text)


def says_when(word: str) -> bool:
    """Whether a lower-case word tells something of a date, unlike `the` or `and`."""
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
    # Python refuses to read numbers of thousands of digits.
    return Token(kind, digits, int(digits) if len(digits) < _MOST_DIGITS else 0, start)


def date_stretch(text: str) -> str:
    """The part of a lower-case text that tells a date, places before and after it left out."""
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

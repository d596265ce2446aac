"""What catalogs say of a named artist: qualifiers such as `follower of`, roles such as `publisher`.

A qualified artist is not, or not surely, the maker of the work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from catalog.normalise.attribution_words import (
    DOUBTED,
    DOUBTS,
    LEADING,
    LEADING_ROLE,
    MARKS,
    MODEL,
    NAMELESS,
    QUALIFIER_OF,
    ROLE_NOUNS,
    ROLE_OF,
    ROLE_VERBS,
    TOGETHER_AT_END,
    TOGETHER_OF,
    TRAILING,
    TRAILING_ROLE,
)

_LONGEST = 500


def may_be_attributed(text: str) -> bool:
    """Whether a text holds a word of a qualifier or role at all, which few names do."""
    if len(text) > _LONGEST:
        return False
    return "?" in text or not MARKS.isdisjoint(re.findall(r"\w+", text.casefold()))


class Attribution(NamedTuple):
    """A name and what is said of it: a qualifier of `QUALIFIERS`, or two, and a role."""

    name: str
    qualifier: str | None = None
    role: str | None = None


def read_attribution(text: str) -> Attribution:
    """Separate a name from the qualifiers and roles before and behind it.

    `workshop of X`, `X (attributed to)`, `X, follower of`, `publisher: X`, `X and studio`, `X (?)`.
    """
    if not may_be_attributed(text):
        return Attribution(text)
    qualifiers: list[str] = []
    role: str | None = None
    name = text
    while (step := _peel(name)) is not None:
        name, qualifier, found = step
        if qualifier and qualifier not in qualifiers:
            qualifiers.append(qualifier)
        role = role or found
    return Attribution(name, _combined(qualifiers), role if role != "artist" else None)


def is_role(text: str) -> bool:
    """Whether a text says what somebody did, or how surely: `publisher`, `after design by`."""
    return read_attribution(f"A B, {text}").name == "A B"


def is_nameless(text: str) -> bool:
    """Whether a text is a qualifier or a role without a name: `attributed to`, `publisher`."""
    if not may_be_attributed(text):
        return False
    is_role_alone = text.islower() and TRAILING_ROLE.fullmatch(f", {text}") is not None
    return is_role_alone or NAMELESS.fullmatch(text) is not None


def split_model(text: str) -> tuple[str, str] | None:
    """Separate `X, after Y` into `X` and `after Y`; None where no second name is qualified."""
    if not may_be_attributed(text):
        return None
    leading = LEADING.match(text)
    match = MODEL.search(text, leading.end() if leading else 1)
    if match is None:
        return None
    model = text[match.end() :]
    if model.endswith(")") and "(" not in model:
        model = model[:-1]
    return text[: match.start()], f"{_meaning(match['how'])} {model}"


def _peel(text: str) -> tuple[str, str | None, str | None] | None:
    """Take one qualifier or role off a text: (rest, qualifier, role), or None."""
    for pattern, read in _PEELS:
        match = pattern.match(text) if pattern in _AT_START else pattern.search(text)
        if match is None:
            continue
        rest = (text[: match.start()] + text[match.end() :]).strip(" ,")
        if rest and any(map(str.isalpha, rest)):
            return rest, *read(match)
    return None


def _leading(match: re.Match[str]) -> tuple[str | None, str | None]:
    return _meaning(match["direct"] or match["how"]), None


def _trailing(match: re.Match[str]) -> tuple[str | None, str | None]:
    return _meaning(match["how"] or match["plain"] or match["own"] or match["after"]), None


def _together(match: re.Match[str]) -> tuple[str | None, str | None]:
    return TOGETHER_OF[_plain(match["who"])] if match["who"] else "and others", None


def _leading_role(match: re.Match[str]) -> tuple[str | None, str | None]:
    return None, _role(match["role"] or match["verb"] or match["plain"])


def _trailing_role(match: re.Match[str]) -> tuple[str | None, str | None]:
    doubt = match["how"] or match["doubt"]
    return (_meaning(doubt) if doubt else None), _role(
        match["role"] or match["verb"] or match["plain"]
    )


_PEELS = (
    (TRAILING_ROLE, _trailing_role),
    (TRAILING, _trailing),
    (TOGETHER_AT_END, _together),
    (DOUBTED, lambda _: ("possibly by", None)),
    (LEADING_ROLE, _leading_role),
    (LEADING, _leading),
)
_AT_START = (LEADING_ROLE, LEADING)


def _meaning(word: str) -> str:
    return QUALIFIER_OF[_plain(word)]


def _plain(word: str) -> str:
    """Small letters; both Turkish letters match an `i` in patterns without regard to case."""
    return word.replace("\u0130", "i").replace("\u0131", "i").casefold()


@cache
def _role(words: str) -> str:
    """The first role that says more than `artist`."""
    found = re.findall(rf"{ROLE_NOUNS}|{ROLE_VERBS}", _plain(words))
    meanings = [ROLE_OF[word] for word in found]
    return next((each for each in meanings if each != "artist"), "artist")


def _combined(qualifiers: Sequence[str]) -> str | None:
    """At most a doubt and what is doubted: `possibly by follower of`."""
    doubts = [each for each in qualifiers if each in DOUBTS]
    hands = [each for each in qualifiers if each not in doubts]
    return " ".join([*doubts[:1], *hands[:1]]) or None

"""When and where one thing in a life happened: a birth or a death."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

YearCertainty = Literal["exact", "about", "before", "after"]


class UnreadableLifeError(ValueError):
    """Why a text is no life that could be read for certain."""


@dataclass(frozen=True, slots=True)
class Event:
    """A birth or a death, as far as it is known."""

    year: int | None = None
    certainty: YearCertainty | None = None
    place: str | None = None


YEAR = (
    r"(?P<how>(?:(?:in|before|after|by|c-a|ca|c0|circa|c|about|around|probably|\?)[.,]?[ ]*)*)"
    r"(?:(?P<year>[0-9]{3,4})(?![0-9])"
    r"(?P<more>['’]?s\b|[ ]?/[ ]?[0-9]{1,4}|-[0-9]{2}(?=[-, ]|$))?(?P<doubt>[ ]?\(?\?\)?)?|\?)"
)
"""A year with the words about it; a `?` for one that is unknown."""
PLAIN_YEAR = re.sub(r"\?P<\w+>", "?:", YEAR)
"""The same without names for its groups."""
BORN = r"(?P<rite>born|bapt(?:\.|i[sz]ed)?|b(?=[., ?0-9]))[.,]?[ ]*"

YEAR_FIRST = re.compile(YEAR, re.IGNORECASE)
BIRTH = re.compile(BORN, re.IGNORECASE)
ACTIVE = re.compile(
    r"\b(?:acti[a-z]e|known|documented|doc|recorded|mentioned|master|fl|flourished)(?=[ .,0-9])"
    r"[.,]?[ ]*",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(rf"(?:^|(?<=[ ,])){YEAR}$", re.IGNORECASE)
_INITIALS = re.compile(r"\.[A-Z]$")
_DOUBT = re.compile(r"[ ]*\(?\?\)?")


def read_event(text: str) -> Event:
    """Read a year and a place, either first; a `?` stands for one that is unknown.

    Raises:
        UnreadableLifeError: if there are more years than one.
    """
    rite = BIRTH.match(text)
    given = (text[rite.end() :] if rite else text).strip(" ,.;-")
    match = YEAR_FIRST.match(given)
    place = given[match.end() :] if match else given
    if match is None and (match := _YEAR_LAST.search(given)):
        place = given[: match.start()]
    if any(map(str.isdigit, place)):
        raise UnreadableLifeError("more years than a birth and a death")
    if match is None or match["year"] is None:
        return Event(place=read_place(place))
    certainty = _how_certain(match)
    if certainty == "exact" and rite and rite["rite"].lower().startswith("bapt"):
        certainty = "about"
    return Event(int(match["year"]), certainty, read_place(place))


def _how_certain(match: re.Match[str]) -> YearCertainty:
    how = match["how"].lower().removeprefix("in ")
    if "after" in how:
        return "after"
    if "before" in how or "by" in how:
        return "before"
    return "about" if how or match["more"] or match["doubt"] else "exact"


def read_place(text: str) -> str | None:
    """A place without doubts and punctuation, or None."""
    place = _DOUBT.sub("", text).strip(" ,.;:-")
    if ACTIVE.match(place) or not any(map(str.isalpha, place)):
        return None
    # The dot of "N.Y." is its own.
    return place.removeprefix("in ") + ("." if _INITIALS.search(place) else "")

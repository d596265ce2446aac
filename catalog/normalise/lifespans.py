"""When artists were born, died and worked, from the text of a catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from catalog.normalise.date_spans import LAST_YEAR
from catalog.normalise.date_words import DASHES, date_stretch, spell_out
from catalog.normalise.dates import parse_date
from catalog.normalise.life_notations import (
    ACTIVE,
    BIRTH,
    DEATH,
    LIFE,
    MARKED,
    PLAIN_YEAR,
    YEAR,
    plain_notation,
    split_lives,
)

OLDEST = 105
"""The greatest age that an artist is believed to have reached."""
DOUBT = 10
"""How many years the birth or death may be doubted by, as by `c.`; in `1470/82` it is not known."""
_TWO = 30
"""Years from which on two with a stroke are two: `1629/1684`."""
_LONGEST = 300
_UNKNOWN = re.compile(
    r"(?:[^0-9]*\b)?(?:unknown|not known|undated|unrecorded|undetermined)|n/?a|none|nan|null"
    r"|n\. ?d\.?|s\. ?d\.?"
)
_TOO_LONG = re.compile(r"[0-9]{5,}")
_YEARS = re.compile(YEAR)
_NATION = r"(?:[^\W\d_][^0-9]*,[ ])?"
_LONE_YEAR = re.compile(rf"{_NATION}(?:(?:c|ca|circa|about)[., ]+)?{PLAIN_YEAR}")
_LIVING = re.compile(rf"{_NATION}({PLAIN_YEAR})[ ]?-[ ]?(?:present|today|now)?")
_ONGOING = re.compile(r"(?:by )?([0-9]{4})[ ]?-[ ]?(?:present|today|now)?$")
_DIED_ONLY = re.compile(rf"-[ ]?({PLAIN_YEAR})")
_UNMARKED_DEATH = re.compile(rf"(?:,|[ ]-)[ ]*(?={PLAIN_YEAR}(?:[ ,.]|$))")


class UnreadableLifeError(ValueError):
    """Why a text cannot be read as a life."""


@dataclass(frozen=True, slots=True)
class Lifespan:
    """The years of a life; all None where the catalog gives none, or with the reason.

    A year is the one that is written, the first of several near ones: 1725 for `1725/30`, 1498 for
    `after 1498`, 1420 for `1420s`. `active_from` and `active_to` are the first and the last year of
    known activity.
    """

    born: int | None = None
    died: int | None = None
    active_from: int | None = None
    active_to: int | None = None
    reason: str | None = None


MISSING = Lifespan()


def parse_lives(text: str | None) -> tuple[Lifespan, ...]:
    """Read the lives in a text, one for each place in its list: `1840-1926|1841-1919`.

    `(Spanish, 1881–1973) (French, 1882–1963)` and `1881-1973, 1882-1963` are two lives as well;
    a place of the list that is empty is a life without years.
    """
    return tuple(map(parse_lifespan, split_lives(_in_ascii(text or ""))))


@lru_cache(50_000)
def parse_lifespan(text: str | None) -> Lifespan:
    """Read one life: `(1552-1615)`, `b. 1552, Köln, d. 1615, Praha`, `August 2, 1883-1966`.

    A year alone is the year of birth; centuries and decades are times of activity. Typing errors
    are corrected where they can mean one thing only: two years without a hyphen, a missing
    bracket, a letter behind a year.
    """
    given = _in_ascii(text or "")
    if (several := len(split_lives(given))) > 1:
        return Lifespan(reason=f"{several} lives in one text")
    body = given.lower().strip(" .,;)(")
    if not any(map(str.isalnum, body)) or _UNKNOWN.fullmatch(body):
        return MISSING
    if len(body) > _LONGEST:
        return Lifespan(reason="too long to be a life")
    try:
        return _read(plain_notation(body))
    except UnreadableLifeError as unreadable:
        return Lifespan(reason=str(unreadable))


def _in_ascii(text: str) -> str:
    return " ".join(text.translate(DASHES).split(" ")).strip()


def _read(body: str) -> Lifespan:
    if too_long := _TOO_LONG.search(body):
        raise UnreadableLifeError(f"a year of {len(too_long[0])} digits: {too_long[0][:12]}")
    if life := LIFE.fullmatch(body):
        return _life(_year_of(life["birth"]), _year_of(life["death"]))
    activity = ACTIVE.search(body)
    if activity and (life := LIFE.fullmatch(body[: activity.start()].rstrip(" ,.;("))):
        working = body[activity.end() :]
        return _life(_year_of(life["birth"]), _year_of(life["death"]), working)
    living = _LIVING.fullmatch(body)
    if living and not MARKED.search(body):
        return _life(_year_of(living[1]), None)
    if died := _DIED_ONLY.fullmatch(body):
        return _life(None, _year_of(died[1]))
    if _LONE_YEAR.fullmatch(body) and not MARKED.search(body):
        return _life(_year_of(body), None)
    return _in_words(body)


def _in_words(body: str) -> Lifespan:
    """Read a life whose parts are marked: born, died, active."""
    death = DEATH.search(body)
    head = body[: death.start() + (death[0][0] == "-")] if death else body
    died = _year_of(body[death.end() :]) if death else None
    active = ACTIVE.search(head)
    if birth := BIRTH.search(head):
        from_birth = head[birth.end() :]
        active = ACTIVE.search(from_birth)
        born_in = from_birth[: active.start()] if active else from_birth
        working = from_birth[active.end() :] if active else head[: birth.start()]
        if not active and not ACTIVE.search(working):
            working = ""
        if died is None and (unmarked := _UNMARKED_DEATH.search(born_in, _first_year(born_in))):
            born_in, died = born_in[: unmarked.start()], _year_of(born_in[unmarked.end() :])
        return _life(_year_of(born_in), died, ACTIVE.sub("", working))
    if active or not death:
        return _life(None, died, ACTIVE.sub("", head))
    return _life(_year_of(head), died)


def _first_year(text: str) -> int:
    """The position behind the first year of a text."""
    found = _YEARS.search(text)
    return found.end() if found else len(text)


def _year_of(text: str) -> int | None:
    """The year in a text, None if it names none or an unknown one."""
    found = [match for match in _YEARS.finditer(text) if match["year"]]
    rest = _YEARS.sub("", text)
    doubts = [_doubt(match["year"], match["more"] or "") for match in found]
    if len(found) > 1 or any(map(str.isdigit, rest)) or any(doubt > _TWO for doubt in doubts):
        raise UnreadableLifeError("more years than a birth and a death")
    return int(found[0]["year"]) if found and doubts[0] <= DOUBT else None


def _doubt(year: str, more: str) -> int:
    """How many years lie between a year and the other one that it may be: `1629/1684`."""
    other = re.fullmatch(r"[ ]?[/-][ ]?([0-9]{1,4})", more)
    return int(year[: -len(other[1])] + other[1]) - int(year) if other else 0


def _life(born: int | None, died: int | None, working: str = "") -> Lifespan:
    working = _ONGOING.sub(r"from \1", working)
    active = parse_date(date_stretch(spell_out(working)) or None)
    if active.reason:
        raise UnreadableLifeError(active.reason)
    years = (born, died, active.earliest, active.latest)
    if all(year is None for year in years):
        raise UnreadableLifeError("no year in it")
    for year in (born, died):
        if year is not None and not 0 < year <= LAST_YEAR:
            raise UnreadableLifeError(f"no such year: {year}")
    if born is not None and died is not None:
        if died < born:
            raise UnreadableLifeError(f"died in {died}, before the birth in {born}")
        if active.earliest is not None and not born <= active.earliest <= died:
            raise UnreadableLifeError(f"active in {active.earliest}, outside of the life")
        if died - born > OLDEST:
            raise UnreadableLifeError(f"a life of {died - born} years")
    return Lifespan(*years)

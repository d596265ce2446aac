"""When and where an artist was born, died and worked, from one text in parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from catalog.normalise.date_spans import LAST_YEAR
from catalog.normalise.date_words import DASHES, date_stretch, spell_out
from catalog.normalise.dates import Date, parse_date
from catalog.normalise.life_events import (
    ACTIVE,
    BIRTH,
    BORN,
    PLAIN_YEAR,
    YEAR,
    YEAR_FIRST,
    Event,
    UnreadableLifeError,
    YearCertainty,
    read_event,
    read_place,
)
from catalog.normalise.nationalities import NATIONALITIES

LifeCertainty = Literal["exact", "about", "open", "missing", "refused"]
"""How far the years of a life can be relied on, all of them together.

exact    every year is stated without doubt
about    at least one is doubted (`c. 1470`), one of several (`1725/30`), or out of a decade or
         century
open     at least one is only a bound (`after 1498`)
missing  the catalog gives none
refused  the text cannot be read for certain, or no one lived so; the reason says why
"""

OLDEST = 105
"""The greatest age that an artist is believed to have reached."""


@dataclass(frozen=True, slots=True)
class Lifespan:
    """A life, as far as it is stated.

    A year is the one that is written, the first of several: 1725 for `1725/30`, 1498 for `after
    1498`, 1420 for `1420s`; `born_certainty` and `died_certainty` tell bounds from years.
    `active_from` and `active_to` are the first and the last year in which the artist, or whoever
    goes by the name, is known to have worked. Places stand as they are given, without the `?` of
    doubtful ones.
    """

    born: int | None = None
    died: int | None = None
    active_from: int | None = None
    active_to: int | None = None
    born_place: str | None = None
    died_place: str | None = None
    certainty: LifeCertainty = "exact"
    reason: str | None = None
    born_certainty: YearCertainty | None = None
    died_certainty: YearCertainty | None = None

    @property
    def parsed(self) -> bool:
        """Whether at least one year is known."""
        return self.certainty not in ("missing", "refused")


MISSING = Lifespan(certainty="missing")
_LONGEST = 300
_UNKNOWN = frozenset("unknown n/a none nan null undated".split())

_COMMON = re.compile(
    r"\((?:b\. )?(?P<b_about>ca?\. ?)?(?P<born>[0-9]{4})(?:, (?P<b_place>[^0-9,;.()?]+), d\. |-)"
    r"(?P<d_about>ca?\. ?)?(?P<died>[0-9]{4})(?:, (?P<d_place>[^0-9,;.()?]+))?\)"
)
_FROM_TO = re.compile(
    rf"(?P<birth>(?:{BORN})?{YEAR})[ ,.]*[-.]+[ ,]*(?P<death>{PLAIN_YEAR})", re.IGNORECASE
)
_DEATH = re.compile(
    r"(?:^|[ ,;.)-])[ ]*(?:died\b|d(?:[.,]|(?=[ ]?[0-9?])|(?=[ ]c(?:a|irca)?[. ])))[.,]*[ ]*"
    r"(?=(?:in|before|after|by|ca?|circa|about|around)?[., ]*[0-9?])",
    re.IGNORECASE,
)
_DEATH_PLACE = re.compile(r",[ ]*(?:d\.|died)[ ]+(?=[^\W\d_])", re.IGNORECASE)
_UNMARKED_DEATH = re.compile(rf"(?:,|[ ]-)[ ]*(?={PLAIN_YEAR}(?:[ ,.]|$))", re.IGNORECASE)
_UNMARKED_LIFE = re.compile(
    rf"{PLAIN_YEAR}[ ]*,[^0-9]+-[ ]*[a-z.]*[ ]*[0-9]{{4}}[^0-9]*", re.IGNORECASE
)

_NATION = re.compile(
    rf"^(?:{'|'.join(map(re.escape, sorted(NATIONALITIES)))})[,;:]?[ ]+"
    r"(?=(?:born|b\.|died|d\.)[ ]*[^,]*[0-9])",
    re.IGNORECASE,
)
"""`American, born 1950`: the nation beside a birth; beside two years it does no harm."""
_LIVING = re.compile(r"\(?[ ]?([0-9]{4})[ ]?-[ ]?\)?")
_RUN_TOGETHER = re.compile(r"((?:c[., ]*)?[0-9]{4})([0-9]{4})", re.IGNORECASE)
_SHORT_END = re.compile(r"((?:ca?[., ]*)?([0-9]{2})[0-9]{2})[ ]?-[ ]?([0-9]{2})", re.IGNORECASE)
_LOST_DIGIT = re.compile(
    r"((?:ca?[., ]*)?1[0-9]{3}[ ]?-[ ]?(?:ca?[., ]*)?)([0-9]{3})", re.IGNORECASE
)
_STRAY_LETTER = re.compile(r"(?<=[0-9]{4})[a-rt-z]$", re.IGNORECASE)
_TOO_LONG = re.compile(r"[0-9]{5,}")


def parse_lifespan(text: str | None) -> Lifespan:
    """Read a life: `(1552-1615)`, `(b. 1552, Köln, d. 1615, Praha)`, `(active 1470-1490)`.

    A year alone, or a century, is when the artist was active. Typing errors are put right where
    they can mean one thing only: two years without a hyphen, a bracket that is missing, a letter
    behind a year.
    """
    if text is None:
        return MISSING
    try:
        if common := _COMMON.fullmatch(text):
            return _common(common)
        return _uncommon(_body(text))
    except UnreadableLifeError as unreadable:
        return _refused(str(unreadable))


def _common(match: re.Match[str]) -> Lifespan:
    """The three quarters of all lives that need no closer look."""
    birth, death = (
        Event(
            int(match[year]), "about" if match[about] else "exact", read_place(match[place] or "")
        )
        for year, about, place in (("born", "b_about", "b_place"), ("died", "d_about", "d_place"))
    )
    return _life(birth, death)


def _uncommon(body: str) -> Lifespan:
    if not any(map(str.isalnum, body)) or body.lower() in _UNKNOWN:
        return MISSING
    if len(body) > _LONGEST:
        return _refused("too long to be a life")
    body = _without_slips(body)
    if too_long := _TOO_LONG.search(body):
        return _refused(f"a year of {len(too_long[0])} digits: {too_long[0][:12]}")
    if both := _FROM_TO.fullmatch(body):
        return _life(read_event(both["birth"]), read_event(both["death"]))
    return _in_words(body)


def _body(text: str) -> str:
    """The text without the brackets around it; those inside it are closed."""
    given = " ".join(text.translate(DASHES).split())
    if living := _LIVING.fullmatch(given):
        return f"b. {living[1]}"
    body = _NATION.sub("", given.strip(" .,;-)("))
    return body + ")" if body.count("(") > body.count(")") else body


def _without_slips(body: str) -> str:
    body = _STRAY_LETTER.sub("", body)
    if two := _RUN_TOGETHER.fullmatch(body):
        return f"{two[1]}-{two[2]}"
    if short := _SHORT_END.fullmatch(body):
        return f"{short[1]}-{short[2]}{short[3]}"
    if lost := _LOST_DIGIT.fullmatch(body):
        return f"{lost[1]}1{lost[2]}"
    return body


def _in_words(body: str) -> Lifespan:
    """A life whose parts are marked: born, died, active."""
    death = _DEATH.search(body) or _DEATH_PLACE.search(body)
    head = body[: death.start()] if death else body
    died = read_event(body[death.end() :]) if death else None
    active = ACTIVE.search(head)
    if BIRTH.match(head):
        birth = head[: active.start()] if active else head
        working = head[active.end() :] if active else ""
    elif active or not (death or _UNMARKED_LIFE.fullmatch(head)):
        birth, working = "", ACTIVE.sub("", head)
        if not active and (both := _FROM_TO.fullmatch(date_stretch(head.lower()))):
            return _life(read_event(both["birth"]), read_event(both["death"]))
    else:
        birth, working = head, ""
    if died is None and birth:
        birth, died = _unmarked_death(birth)
    return _life(read_event(birth), died or Event(), working)


def _unmarked_death(birth: str) -> tuple[str, Event]:
    """`1774, Paris, 1832, Roma`: the second year is that of the death."""
    rest = BIRTH.match(birth)
    first = YEAR_FIRST.match(birth, rest.end() if rest else 0)
    second = _UNMARKED_DEATH.search(birth, first.end()) if first else None
    if second is None or not any(map(str.isdigit, birth[second.end() :])):
        return birth, Event()
    return birth[: second.start()], read_event(birth[second.end() :])


def _life(birth: Event, death: Event, working: str = "") -> Lifespan:
    active = _active(working)
    years = (birth.year, death.year, active.earliest, active.latest)
    if all(year is None for year in years):
        raise UnreadableLifeError(active.reason or "no year in it")
    if active.reason and working.strip():
        raise UnreadableLifeError(active.reason)
    _check_years(birth.year, death.year)
    return Lifespan(
        *years,
        birth.place,
        death.place,
        _overall(birth, death, active),
        born_certainty=birth.certainty,
        died_certainty=death.certainty,
    )


def _active(working: str) -> Date:
    if not working:
        return parse_date(None)
    return parse_date(date_stretch(spell_out(working.lower())))


def _check_years(born: int | None, died: int | None) -> None:
    for year in (born, died):
        if year is not None and not 0 < year <= LAST_YEAR:
            raise UnreadableLifeError(f"no such year: {year}")
    if born is None or died is None:
        return
    if died < born:
        raise UnreadableLifeError(f"died in {died}, before the birth in {born}")
    if died - born > OLDEST:
        raise UnreadableLifeError(f"a life of {died - born} years")


def _overall(birth: Event, death: Event, active: Date) -> LifeCertainty:
    stated = {birth.certainty, death.certainty, active.certainty}
    if stated & {"before", "after"}:
        return "open"
    return "about" if stated & {"about", "century"} else "exact"


def _refused(reason: str) -> Lifespan:
    return Lifespan(certainty="refused", reason=reason)

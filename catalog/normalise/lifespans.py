"""Lifespans: when artists were born, died and worked, from the text of a catalog."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from catalog.normalise.date_spans import DASHES, LAST_YEAR, date_stretch, spell_out
from catalog.normalise.dates import parse_date

YEAR = (
    r"(?:\b(?:in|before|after|by|c-a|ca|c0|circa|c|about|around|probably)\b[.,]?[ ]*|\?[ ]*)*"
    r"(?<![0-9])(?:(?P<year>[0-9]{3,4})(?![0-9])"
    r"(?P<more>['’]?s\b|[ ]?/[ ]?[0-9]{1,4}|-[0-9]{2}(?=[-, ]|$))?(?:[ ]?\(?\?\)?)?|\?)"
)
"""A year with the words about it; a `?` for an unknown one."""
PLAIN_YEAR = re.sub(r"\?P<\w+>", "?:", YEAR)
"""The same without named groups."""
BIRTH = re.compile(
    r"\b(?:born|né|née|geboren|geb\.|född|født|nato|nata|nacido"
    r"|bapt(?:\.|i[sz]ed)?|b(?=[., ?0-9]))[.,]?[ ]*"
)
DEATH = re.compile(
    r"(?:^|[ ,;.)-])[ ]*(?:(?:died|buried|bur\.|gest\.|död|død|mort|morte|†)|"
    r"d(?:[.,]|(?=[ ]?[0-9?])|(?=[ ]c(?:a|irca)?[. ])))[.,]*[ ]*"
    r"(?=(?:in|before|after|by|ca?|circa|about|around|probably)?[., ]*[0-9?]|[^\W\d_])"
)
ACTIVE = re.compile(
    r"\b(?:acti[a-z]e|known|documented|doc|recorded|mentioned|master|fl|flourished|actif|tätig"
    r"|aktiv|werkzaam|attivo|working|worked|verksam|virksom|erwähnt|nachweisbar)"
    r"(?=[ .,0-9])[.,]?[ ]*"
)
MARKED = re.compile(
    rf"{ACTIVE.pattern}|\b(?:centur|cent\b|founded|est\b|established|begun|early|late|mid\b|half"
    r"|quarter|decade|around|or)"
)
"""Words for activity, or for a time other than one year."""
_PLACE = r"[^0-9]*?"
LIFE = re.compile(
    rf"(?!.*(?:{MARKED.pattern}))(?P<birth>{_PLACE}{PLAIN_YEAR}){_PLACE}[-.][ .,-]{{0,4}}"
    rf"(?P<death>{_PLACE}{PLAIN_YEAR})[^0-9]*"
)
"""Two years around a hyphen and no sign of activity, wherever the places are."""

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_CALENDAR = re.compile(
    rf"\b{_MONTHS}[ ](?:{_DAY}(?:st|nd|rd|th)?,?[ ])?(?=[0-9]{{4}}\b)"
    rf"|\b{_DAY}(?:st|nd|rd|th)?[ ]{_MONTHS},?[ ](?=[0-9]{{4}}\b)"
    rf"|(?<![0-9]){_DAY}([./]){_DAY}\1(?=[0-9]{{4}}(?![0-9]))"
    rf"|(?<=[0-9]{{4}})[ ]{_MONTHS}(?:[ ]{_DAY})?(?![0-9])"
    r"|(?<=[0-9]{4})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[t ][0-9:.]+z?)?(?![0-9])"
)
"""The day and month beside a year."""
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=-[0-9]{2})[ ]?/[ ]?(?=[0-9]{4}-)"), "-"),
    (_CALENDAR, ""),
    (re.compile(r"\b([0-9]{4}) or (?:before|earlier)\b"), r"before \1"),
    (re.compile(r"\b([0-9]{4}) or (?:after|later)\b"), r"after \1"),
    (re.compile(r"\b([0-9]{4})\??(?: or |[ ]?/[ ]?)(?:c\. )?([0-9]{4})\b"), r"\1/\2"),
    (re.compile(r"\best(?:\.|ablished)? (?=[0-9])"), "founded "),
    # `American, born Germany. 1880-1966`, `Swiss, 1879-1940 (b. Bern)`, `..., active Venice`
    (re.compile(r"\bborn [^0-9]*?[.,;] ?(?=(?:c\. ?)?[0-9]{4}\??[ ]?-)"), ""),
    (re.compile(r"[ ]?\([^()0-9?]*\)$|(?<=[0-9])[,;] (?:active|lives|worked|works)\b[^0-9]*$"), ""),
    (re.compile(r"(?<=[0-9]{4})[a-rt-z]$"), ""),
    (re.compile(r"^((?:c[., ]*)?[0-9]{4})([0-9]{4})$"), r"\1-\2"),
    (re.compile(r"^((?:ca?[., ]*)?([0-9]{2})[0-9]{2})[ ]?-[ ]?([0-9]{2})$"), r"\1-\2\3"),
    (re.compile(r"^((?:ca?[., ]*)?1[0-9]{3}[ ]?-[ ]?(?:ca?[., ]*)?)([0-9]{3})$"), r"\g<1>1\2"),
)
"""Calendar days become years; notations and certain typing errors are written in one way."""
_LISTED = re.compile(r"[|\n\r]|\)[ ]?(?:and|&|,|;)?[ ]?\((?=.*\w)")
_DIGIT = re.compile(r"[0-9]")
_RANGE = r"(?:[^\W\d_]+, )?(?:c\. ?)?[0-9]{4}\??[ ]?-[ ]?(?:c\. ?)?[0-9]{4}\??"
_RANGES = re.compile(rf"\(?{_RANGE}(?:(?:,| and| &) ?{_RANGE})+\)?")
_BETWEEN_RANGES = re.compile(r"(?<=[0-9?]),[ ]?|[ ](?:and|&)[ ]")


def split_lives(text: str, several: int = 1) -> list[str]:
    """Return the lives that a text lists; one place of the list may be empty.

    Args:
        text: one life or several.
        several: the number of artists. An activity after a complete life belongs to the next
            artist, where there are as many parts: `1840-1917; active 1874-1952`.
    """
    text = text.translate(DASHES)
    if _RANGES.fullmatch(text):
        return _BETWEEN_RANGES.split(text.strip("()"))
    lives: list[str] = []
    apart = several > 1 and len(re.split(r"[;|\n\r]", text)) == several
    for line in _LISTED.split(text):
        first, *parts = line.split(";")
        lives.append(first)
        for part in parts:
            before, this = lives[-1].lower(), part.lower()
            is_whole = DEATH.search(before) or LIFE.fullmatch(_plain_notation(before))
            if apart and is_whole and _DIGIT.search(this):
                goes_on = False
            elif DEATH.match(this):
                goes_on = not is_whole
            else:
                goes_on = bool(ACTIVE.match(this.strip())) and not ACTIVE.search(before)
            if goes_on and before.strip():
                lives[-1] += f";{part}"
            else:
                lives.append(part)
    return lives if len(lives) > 1 else [text]


def _plain_notation(body: str) -> str:
    """Write a lower-case life with years for calendar days and in the most common notation."""
    for pattern, written in _REWRITTEN:
        body = pattern.sub(written, body)
    return " ".join(body.split()).strip(" .,;")


OLDEST = 105
"""The greatest age that an artist is believed to have reached."""
DOUBT = 10
"""How many years the birth or death may be doubted by, as by `c.`; in `1470/82` it is not known."""
_TWO = 30
"""Years from which on two with a stroke are two: `1629/1684`."""
_MAX_LENGTH = 300
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


class _UnreadableLifeError(ValueError):
    pass


class Lifespan(NamedTuple):
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


@lru_cache(50_000)
def parse_lifespan(text: str | None) -> Lifespan:
    """Read one life: `(1552-1615)`, `b. 1552, Köln, d. 1615, Praha`, `August 2, 1883-1966`.

    A year alone is the year of birth; centuries and decades are times of activity. Typing errors
    are corrected where they can mean one thing only: two years without a hyphen, a missing
    bracket, a letter after a year.
    """
    given = (text or "").translate(DASHES).strip()
    if (several := len(split_lives(given))) > 1:
        return Lifespan(reason=f"{several} lives in one text")
    body = given.lower().strip(" .,;)(")
    if not any(map(str.isalnum, body)) or _UNKNOWN.fullmatch(body):
        return MISSING
    if len(body) > _MAX_LENGTH:
        return Lifespan(reason="too long to be a life")
    try:
        return _read(_plain_notation(body))
    except _UnreadableLifeError as unreadable:
        return Lifespan(reason=str(unreadable))


def _read(body: str) -> Lifespan:
    if too_long := _TOO_LONG.search(body):
        raise _UnreadableLifeError(f"a year of {len(too_long[0])} digits: {too_long[0][:12]}")
    activity = ACTIVE.search(body)
    before = body[: activity.start()].rstrip(" ,.;(") if activity else body
    if life := LIFE.fullmatch(before):
        working = body[activity.end() :] if activity else ""
        return _life(_year_of(life["birth"]), _year_of(life["death"]), working)
    if died := _DIED_ONLY.fullmatch(body):
        return _life(None, _year_of(died[1]))
    if not MARKED.search(body):
        if living := _LIVING.fullmatch(body):
            return _life(_year_of(living[1]), None)
        if _LONE_YEAR.fullmatch(body):
            return _life(_year_of(body), None)
    return _in_words(body)


def _in_words(body: str) -> Lifespan:
    """Read a life whose parts are marked: born, died, active."""
    death = DEATH.search(body)
    head = body[: death.start() + (death[0][0] == "-")] if death else body
    died = _year_of(body[death.end() :]) if death else None
    birth = BIRTH.search(head)
    if birth is None:
        if ACTIVE.search(head) or not death:
            return _life(None, died, head)
        return _life(_year_of(head), died)
    born_in = head[birth.end() :]
    if active := ACTIVE.search(born_in):
        born_in, working = born_in[: active.start()], born_in[active.end() :]
    else:
        working = head[: birth.start()] if ACTIVE.search(head[: birth.start()]) else ""
    if died is None:
        first = _YEARS.search(born_in)
        unmarked = _UNMARKED_DEATH.search(born_in, first.end() if first else len(born_in))
        if unmarked:
            born_in, died = born_in[: unmarked.start()], _year_of(born_in[unmarked.end() :])
    return _life(_year_of(born_in), died, working)


def _year_of(text: str) -> int | None:
    """Return the year in a text, None if it names none or an unknown one."""
    found = [match for match in _YEARS.finditer(text) if match["year"]]
    if len(found) > 1 or any(map(str.isdigit, _YEARS.sub("", text))):
        raise _UnreadableLifeError("more than two years")
    if not found:
        return None
    year, doubt = found[0]["year"], 0
    if other := re.fullmatch(r"[ ]?[/-][ ]?([0-9]{1,4})", found[0]["more"] or ""):
        doubt = int(year[: -len(other[1])] + other[1]) - int(year)
    if doubt > _TWO:
        raise _UnreadableLifeError("more than two years")
    return int(year) if doubt <= DOUBT else None


def _life(born: int | None, died: int | None, working: str = "") -> Lifespan:
    working = _ONGOING.sub(r"from \1", ACTIVE.sub("", working))
    active = parse_date(date_stretch(spell_out(working)) or None)
    if active.reason:
        raise _UnreadableLifeError(active.reason)
    years = (born, died, active.earliest, active.latest)
    if all(year is None for year in years):
        raise _UnreadableLifeError("contains no year")
    for year in (born, died):
        if year is not None and not 0 < year <= LAST_YEAR:
            raise _UnreadableLifeError(f"no such year: {year}")
    if born is not None and died is not None:
        if died < born:
            raise _UnreadableLifeError(f"died in {died}, before the birth in {born}")
        if active.earliest is not None and not born <= active.earliest <= died:
            raise _UnreadableLifeError(f"active in {active.earliest}, outside of the life")
        if died - born > OLDEST:
            raise _UnreadableLifeError(f"a life of {died - born} years")
    return Lifespan(*years)

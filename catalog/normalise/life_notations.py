"""How catalogs write lives: marks, years, calendar days, lists of several lives."""

from __future__ import annotations

import re

from catalog.normalise.date_words import DASHES

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
"""What tells of activity, or of a time that is not one year."""
_PLACE = r"[^0-9]*?"
LIFE = re.compile(
    rf"(?!.*(?:{MARKED.pattern}))(?P<birth>{_PLACE}{PLAIN_YEAR}){_PLACE}[-.][ .,-]{{0,4}}"
    rf"(?P<death>{_PLACE}{PLAIN_YEAR})[^0-9]*"
)
"""Two years around a hyphen and nothing that tells of activity, wherever the places stand."""

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
"""What stands beside the year of a calendar day."""
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


def plain_notation(body: str) -> str:
    """Write a lower-case life with years for calendar days and in the commonest notation."""
    for pattern, written in _REWRITTEN:
        body = pattern.sub(written, body)
    return " ".join(body.split()).strip(" .,;")


def split_lives(text: str, several: int = 1) -> list[str]:
    """Return the lives that a text lists; one place of the list may be empty.

    Args:
        text: one life or several.
        several: the number of artists. An activity after a complete life belongs to the next
            artist, where there are as many parts: `1840-1917; active 1874-1952`.
    """
    if _RANGES.fullmatch(text):
        return _BETWEEN_RANGES.split(text.strip("()"))
    lives: list[str] = []
    apart = several > 1 and len(re.split(r"[;|\n\r]", text)) == several
    for line in _LISTED.split(text):
        parts = line.split(";")
        lives.append(parts[0])
        for part in parts[1:]:
            before, this = lives[-1].lower().translate(DASHES), part.lower()
            if not (apart and _is_whole(before) and _DIGIT.search(this)) and _goes_on(before, this):
                lives[-1] += f";{part}"
            else:
                lives.append(part)
    return lives if len(lives) > 1 else [text]


def _goes_on(life: str, part: str) -> bool:
    """Whether a part behind a semicolon belongs to the life before it: `born 1840; died 1926`."""
    if not life.strip():
        return False
    if DEATH.match(part):
        return not _is_whole(life)
    return ACTIVE.match(part.strip()) is not None and not ACTIVE.search(life)


def _is_whole(life: str) -> bool:
    """Whether a life says when it ended."""
    return bool(DEATH.search(life) or LIFE.fullmatch(plain_notation(life)))

"""Artists' names: as catalogued ("MONET, Claude") and as people say them ("Claude Monet").

Several artists stay several, a qualification stays with its name, and a text whose commas could
mean two things stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.normalise.anonymity import is_anonymous
from catalog.normalise.attributions import read_attribution
from catalog.normalise.markup import plain_text
from catalog.normalise.name_lists import split_names, split_outside_brackets
from catalog.normalise.name_order import in_speaking_order

SEPARATOR = "; "
"""Between the names of several artists, catalogued and displayed ones."""
_SEPARATOR = re.compile(SEPARATOR)
_LIFE = re.compile(
    r"[ ]*[(\[][^()\[\]]*(?:[0-9]{3,4}|\b(?:born|died|active|American|British|French|German|Italian"
    r"|Dutch|Flemish|Spanish|Netherlandish|Japanese|Chinese)\b)[^()\[\]]*[)\]]$"
    r"|,[ ]*(?:(?:born|b\.|died|d\.|active|c\.|ca\.|about|approximately)[ ]*)*[0-9]{3,4}[?]?"
    r"(?:[ ]?[-–][ ]?(?:(?:c\.|ca\.|about)[ ]*)?(?:[0-9]{2,4})?[?]?)?$"
)


@dataclass(frozen=True)
class ArtistName:
    """A catalogued name; both forms are None for an anonymous author, who is not one artist.

    Several artists have several names in both, with `SEPARATOR` between them.
    """

    catalogued: str | None
    display: str | None


def parse_artist(given: str) -> ArtistName:
    """Read a name as museums write it.

    `SURNAME, Given the Elder`, `Given Surname, Jr.`, `Rubens, Peter Paul, follower of`,
    `Claude Monet|Auguste Renoir`.
    """
    names = [name for name in split_names(plain_text(given)) if not is_anonymous(name)]
    displays = [_display(name) for name in names]
    found = [(name, display) for name, display in zip(names, displays, strict=True) if display]
    if not found:
        return ArtistName(None, None)
    catalogued, display = (SEPARATOR.join(form) for form in zip(*found, strict=True))
    return ArtistName(catalogued, display)


def names_of(artist: str) -> list[str]:
    """The names in a catalogued or displayed form, one per artist."""
    return list(split_outside_brackets(_SEPARATOR, artist))


def _display(name: str) -> str:
    attribution = read_attribution(name)
    if attribution is None:
        return _spoken(name)
    return attribution.written(_spoken)


def _spoken(name: str) -> str:
    return in_speaking_order(_LIFE.sub("", name) or name)

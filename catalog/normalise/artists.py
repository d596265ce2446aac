"""Artists' names: as catalogued ("MONET, Claude") and as people say them ("Claude Monet")."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ANONYMOUS = re.compile(r"(unknown|anonymous|anonym)\b", re.IGNORECASE)
_PARTICLES = frozenset(
    """von van der den de del della dei degli di da dal du des la le les of the el y zu zum zur
    ten ter op af av i e""".split()
)


@dataclass(frozen=True)
class ArtistName:
    """A catalogued name; both forms are None for an anonymous author, who is not one artist."""

    catalogued: str | None
    display: str | None


def parse_artist(given: str) -> ArtistName:
    """Read a name as WGA writes it: `SURNAME, Given the Elder`, or one name in capitals."""
    name = " ".join(given.split())
    if not name or _ANONYMOUS.match(name):
        return ArtistName(None, None)
    surname, _, rest = (part.strip() for part in name.partition(","))
    suffix = _SUFFIX.search(rest)
    given_name = rest[: suffix.start()] if suffix else rest
    parts = (given_name, _capitalised(surname), suffix.group(1) if suffix else "")
    display = " ".join(part for part in parts if part)
    return ArtistName(name, display) if display else ArtistName(None, None)


def _capitalised(surname: str) -> str:
    """Words in capitals get ordinary ones: `GENTILE DA FABRIANO` -> `Gentile da Fabriano`."""
    words = surname.split()
    return " ".join(_word(word, first=index == 0) for index, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    if not word.isupper() or _ROMAN.fullmatch(word):
        return word
    if not first and word.lower() in _PARTICLES:
        return word.lower()
    return "".join(
        part.capitalize() if part.isalpha() else part for part in re.split(r"([-'’.])", word)
    )


_SUFFIX = re.compile(r"(?:^|,?\s+)(the (?:Elder|Younger))$", re.IGNORECASE)
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(IX|IV|V?I{0,3})")

"""Artists' names: as catalogued ("MONET, Claude") and as people say them ("Claude Monet").

Several artists stay separate, each with the qualifier and the role that the catalog gives. A text
whose commas could mean two things stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.normalise.attributions import (
    SUPPORTING,
    TOGETHER,
    Attribution,
    is_nameless,
    read_attribution,
    split_model,
)
from catalog.normalise.markup import plain_text
from catalog.normalise.name_lists import segments, split_names, split_pieces
from catalog.normalise.name_order import in_speaking_order
from catalog.normalise.name_words import (
    begins_with_given_name,
    is_anonymous,
    is_known_by_one_name,
)
from catalog.normalise.nationalities import is_nation

SEPARATOR = "; "
"""Between the names of several artists, catalogued and displayed ones."""
_LIFE = re.compile(
    r"[ ]*[(\[](?P<life>[^()\[\]]*(?:[0-9]{3,4}|\b(?:born|died|active)\b)[^()\[\]]*)[)\]]$"
    r"|,(?P<years>[^,()]*\b[0-9]{4}\b[^,()]*)$"
)
_NO_NAME = re.compile(r"\b(?:school|schule|[ée]cole|scuola|escuela|workshop)$", re.IGNORECASE)
_OWN_WORKSHOP = re.compile(
    r"(?P<name>\S+) (?:workshop|werkstatt|werkplaats|bottega)", re.IGNORECASE
)
"""`Rembrandt Workshop`; of others it may be the name: `Omega Workshop`."""
_BRACKETED = re.compile(r"[ ]*[(\[](?P<text>[^()\[\]]+)[)\]]$")


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist whom a catalog names; a qualified one is not, or not surely, the maker."""

    name: str
    """As people say it: `Rogier van der Weyden`."""
    catalogued: str
    """As the catalog writes it, without life, qualifier and role: `Weyden, Rogier van der`."""
    qualifier: str | None = None
    """One of `attributions.QUALIFIERS`, perhaps after a doubt: `possibly by follower of`."""
    role: str | None = None
    """One of `attributions.ROLES`."""
    life: str | None = None
    """Nationality and years given with the name."""

    @property
    def is_maker(self) -> bool:
        """Whether the artist surely made the artwork, or took part in making it."""
        return self.qualifier is None and self.role not in SUPPORTING

    def written(self, name: str) -> str:
        """Write a name with its qualifier and supporting role: `follower of X`, `X (publisher)`."""
        if self.qualifier:
            doubt, together = self.qualifier, ""
            for each in TOGETHER:
                if self.qualifier.endswith(each):
                    doubt, together = self.qualifier.removesuffix(each), each
            name = f"{doubt.strip()} {name} {together}".strip()
        return f"{name} ({self.role})" if self.role in SUPPORTING else name


@lru_cache(50_000)
def parse_artists(given: str) -> tuple[Artist, ...]:
    """Read names as museums write them; whoever is anonymous is left out.

    `SURNAME, Given the Elder`, `Given Surname, Jr.`, `Rubens, Peter Paul, follower of`,
    `Claude Monet|Auguste Renoir`, `printmaker: X; publisher: Y`, `X after Y`.
    """
    pieces = split_pieces(plain_text(given))
    return tuple(dict.fromkeys(artist for piece in pieces for artist in artists_in(piece)))


def artists_in(piece: str) -> list[Artist]:
    """Read one piece of a list: a name, or several that share a qualifier and a role."""
    if model := split_model(piece):
        maker, after = model
        by_model = artists_in(after)
        if after.startswith(("after ", "copy after ")):
            return artists_in(maker) + by_model
        if is_anonymous(maker) or is_nation(maker.split()[0]) or _NO_NAME.search(maker):
            return by_model
    if is_nameless(piece):
        return []
    found, life = _stripped(piece)
    if is_anonymous(found.name) or is_nameless(found.name):
        return []
    names = [name for name in split_names(found.name) if not is_anonymous(name)]
    return [
        Artist(display, name, found.qualifier, found.role, life)
        for name in names
        if (display := _spoken(name, found.role))
    ]


def _spoken(name: str, role: str | None) -> str:
    """Return a name as people say it; what follows the comma of a printer may be a place."""
    parts = segments(name)
    if role in SUPPORTING and len(parts) > 1 and not begins_with_given_name(parts[1]):
        return name
    return in_speaking_order(name)


def catalogued(artists: Iterable[Artist]) -> str | None:
    """Return the names as catalogued, in one text; None if there is none."""
    return SEPARATOR.join(each.written(each.catalogued) for each in artists) or None


def displayed(artists: Iterable[Artist]) -> str | None:
    """Return the names as people say them, in one text; None if there is none."""
    return SEPARATOR.join(each.written(each.name) for each in artists) or None


def _stripped(piece: str) -> tuple[Attribution, str | None]:
    """Return a name without life, qualifiers and roles, in any order."""
    found, life = read_attribution(piece), None
    own = _OWN_WORKSHOP.fullmatch(found.name)
    if own and is_known_by_one_name(own["name"]):
        found = Attribution(own["name"], found.qualifier or "workshop of", found.role)
    while (shorter := _without_life(found.name)) is not None:
        name, life = shorter
        more = read_attribution(name)
        found = Attribution(more.name, found.qualifier or more.qualifier, found.role or more.role)
    return found, life


def _without_life(name: str) -> tuple[str, str] | None:
    match = _LIFE.search(name)
    if match is None:
        match = _BRACKETED.search(name)
        if match is None or not is_nation(match["text"].split(",")[0]):
            return None
        life = match["text"]
    else:
        life = match["life"] or match["years"]
    rest = name[: match.start()].rstrip(" ,")
    return (rest, life.strip()) if rest else None

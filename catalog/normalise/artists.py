"""The artists of an artwork, with qualifier, role, life and nationality.

Names are as catalogued ("MONET, Claude") and as people say them ("Claude Monet"). Several artists
stay separate. A text whose commas could mean two things stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from catalog.base.wording import counted
from catalog.normalise.attributions import (
    SUPPORTING,
    TOGETHER,
    Attribution,
    is_nameless,
    read_attribution,
    split_model,
)
from catalog.normalise.lifespans import MISSING, Lifespan, parse_lifespan, split_lives
from catalog.normalise.markup import plain_text
from catalog.normalise.name_words import (
    begins_with_given_name,
    is_anonymous,
    is_known_by_one_name,
)
from catalog.normalise.names import in_speaking_order, segments, split_names, split_pieces
from catalog.normalise.nationalities import is_nation, parse_nationality

SEPARATOR = "; "
"""Between the names of several artists, catalogued and displayed ones."""
_LIFE = re.compile(
    r"[ ]*[(\[]([^()\[\]]*(?:[0-9]{3,4}|\b(?:born|died|active)\b)[^()\[\]]*)[)\]]$"
    r"|,([^,()]*\b[0-9]{4}\b[^,()]*)$"
)
_NO_NAME = re.compile(r"\b(?:school|schule|[ée]cole|scuola|escuela|workshop)$", re.IGNORECASE)
_OWN_WORKSHOP = re.compile(
    r"(?P<name>\S+) (?:workshop|werkstatt|werkplaats|bottega)", re.IGNORECASE
)
"""`Rembrandt Workshop`; of others it may be the name: `Omega Workshop`."""
_BRACKETED = re.compile(r"[ ]*[(\[]([^()\[\]]+)[)\]]$")
_NATIONS = re.compile(r"[|;\n\r]")
_LEADING_NATION = re.compile(r"[ (]*([^\W\d_][^0-9,;()]*?)[ ]*(?:[,;.]|$)")


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


class Makers(NamedTuple):
    """The parsed texts about the makers of an artwork.

    Life and nationality are those of the first artist who surely made the artwork; where all are
    qualified, the life belongs to no artist.
    """

    artist: str | None = None
    display: str | None = None
    role: str | None = None
    """The role of all makers."""
    life: Lifespan = MISSING
    nationality: str | None = None
    attributions: Sequence[dict[str, str | int | None]] = ()
    """For each artist: name, qualifier, role, born, died, nationality."""


@lru_cache(50_000)
def parse_artists(given: str) -> tuple[Artist, ...]:
    """Read names as museums write them; whoever is anonymous is left out.

    `SURNAME, Given the Elder`, `Given Surname, Jr.`, `Rubens, Peter Paul, follower of`,
    `Claude Monet|Auguste Renoir`, `printmaker: X; publisher: Y`, `X after Y`.
    """
    pieces = split_pieces(plain_text(given))
    return tuple(dict.fromkeys(artist for piece in pieces for artist in _artists_in(piece)))


def catalogued(artists: Iterable[Artist]) -> str | None:
    """Return the names as catalogued, in one text; None if there is none."""
    return SEPARATOR.join(each.written(each.catalogued) for each in artists) or None


def displayed(artists: Iterable[Artist]) -> str | None:
    """Return the names as people say them, in one text; None if there is none."""
    return SEPARATOR.join(each.written(each.name) for each in artists) or None


def read_makers(
    artist: str | None, born_died: str | None = None, nationality: str | None = None
) -> Makers:
    """Read the texts about the makers of an artwork together.

    Several lives and nationalities belong to the artists in the same places of the list. Where
    their numbers differ it is not known whose they are: no artist gets them, and the life is
    refused with the reason.
    """
    places = [_artists_in(piece) for piece in split_pieces(plain_text(artist or ""))]
    artists = [each for place in places for each in place]
    lives, nations = split_lives(born_died or "", len(places)), _NATIONS.split(nationality or "")
    known = {parse_nationality(nation) for nation in nations}
    only_nation = known.pop() if len(known) == 1 else None
    if not artists:
        return Makers(life=parse_lifespan(born_died), nationality=only_nation)
    lives_of, nations_of = _in_places(places, lives), _in_places(places, nations)
    facts = [
        (_life(life, each.life), _nation(nation, life, each.life))
        for each, life, nation in zip(
            artists, lives_of or [""] * len(artists), nations_of or [""] * len(artists), strict=True
        )
    ]
    makers = [each for each in artists if each.is_maker]
    unqualified = [each for each in artists if not each.qualifier]
    first = artists.index((makers or unqualified or artists)[0])
    life = facts[first][0]
    if lives_of is None and any(map(str.strip, lives)):
        count, whose = counted(len(lives), "life", "lives"), counted(len(artists), "artist")
        life = Lifespan(reason=f"{count} for {whose}: it is not known whose")
    elif not unqualified and life != MISSING:
        maker = artists[0].written("the artist")
        life = Lifespan(reason=f"not the life of the maker, who is {maker}")
    roles = {each.role for each in makers or artists}
    return Makers(
        artist=catalogued(dict.fromkeys(artists)),
        display=displayed(dict.fromkeys(artists)),
        role=roles.pop() if len(roles) == 1 else None,
        life=life,
        nationality=facts[first][1] or (None if nations_of else only_nation),
        attributions=[
            {
                "name": each.name,
                "qualifier": each.qualifier,
                "role": each.role,
                "born": life.born,
                "died": life.died,
                "nationality": nation,
            }
            for each, (life, nation) in zip(artists, facts, strict=True)
        ],
    )


def _in_places(places: Sequence[Sequence[Artist]], texts: Sequence[str]) -> list[str] | None:
    """Return the text for each artist, None where it is not known whose they are.

    A text for several artists of one place is that of the only maker among them: `X, after Y`.
    """
    count = sum(map(len, places))
    if count == 1 and len({text.strip() for text in texts}) == 1:
        return [texts[0]]
    if len(texts) == len(places) and all(
        not text.strip() or len(place) <= 1 or sum(each.is_maker for each in place) == 1
        for place, text in zip(places, texts, strict=True)
    ):
        return [
            text if len(place) == 1 or each.is_maker else ""
            for place, text in zip(places, texts, strict=True)
            for each in place
        ]
    return list(texts) if len(texts) == count else None


def _life(given: str, beside: str | None) -> Lifespan:
    life = parse_lifespan(given)
    return parse_lifespan(beside) if life == MISSING and beside else life


def _nation(given: str, *lives: str | None) -> str | None:
    """Return the nationality that is given, or that precedes the years of a life."""
    if found := parse_nationality(given):
        return found
    leading = (match[1] for life in lives if (match := _LEADING_NATION.match(life or "")))
    return next((parse_nationality(text) for text in leading if is_nation(text)), None)


def _artists_in(piece: str) -> list[Artist]:
    """Read one piece of a list: a name, or several that share a qualifier and a role."""
    if model := split_model(piece):
        maker, after = model
        by_model = _artists_in(after)
        if after.startswith(("after ", "copy after ")):
            return _artists_in(maker) + by_model
        if is_anonymous(maker) or is_nation(maker.split()[0]) or _NO_NAME.search(maker):
            return by_model
    if is_nameless(piece):
        return []
    found, life = _without_life(read_attribution(piece))
    if is_anonymous(found.name) or is_nameless(found.name):
        return []
    artists = []
    for name in split_names(found.name):
        parts = segments(name)
        # What follows the comma of a printer may be a place.
        in_order = found.role in SUPPORTING and parts[1:] and not begins_with_given_name(parts[1])
        spoken = name if in_order else in_speaking_order(name)
        if spoken and not is_anonymous(name):
            artists.append(Artist(spoken, name, found.qualifier, found.role, life))
    return artists


def _without_life(found: Attribution) -> tuple[Attribution, str | None]:
    """Separate a life, and the qualifiers and roles before it, from a name."""
    own, life = _OWN_WORKSHOP.fullmatch(found.name), None
    if own and is_known_by_one_name(own["name"]):
        found = Attribution(own["name"], found.qualifier or "workshop of", found.role)
    while match := _LIFE.search(found.name) or _BRACKETED.search(found.name):
        text = next(filter(None, match.groups()))
        rest = found.name[: match.start()].rstrip(" ,")
        if not rest or (match.re is _BRACKETED and not is_nation(text.split(",")[0])):
            break
        more, life = read_attribution(rest), text.strip()
        found = Attribution(more.name, found.qualifier or more.qualifier, found.role or more.role)
    return found, life

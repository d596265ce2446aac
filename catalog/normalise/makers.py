"""Parsing of makers: the artists of an artwork, with qualifier, role, life and nationality."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.base.wording import counted
from catalog.normalise.artists import Artist, artists_in, catalogued, displayed
from catalog.normalise.lifespans import MISSING, Lifespan, parse_lifespan, split_lives
from catalog.normalise.markup import plain_text
from catalog.normalise.name_lists import split_pieces
from catalog.normalise.nationalities import is_nation, parse_nationality

_NATIONS = re.compile(r"[|;\n\r]")
_LEADING_NATION = re.compile(r"[ (]*([^\W\d_][^0-9,;()]*?)[ ]*(?:[,;.]|$)")


@dataclass(frozen=True)
class Makers:
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
    attributions: list[dict[str, str | int | None]] = field(default_factory=list)
    """For each artist: name, qualifier, role, born, died, nationality."""


def read_makers(
    artist: str | None, born_died: str | None = None, nationality: str | None = None
) -> Makers:
    """Read the texts about the makers of an artwork together.

    Several lives and nationalities belong to the artists in the same places of the list. Where
    their numbers differ it is not known whose they are: no artist gets them, and the life is
    refused with the reason.
    """
    places = [artists_in(piece) for piece in split_pieces(plain_text(artist or ""))]
    artists = [each for place in places for each in place]
    lives, nations = split_lives(born_died or "", len(places)), _NATIONS.split(nationality or "")
    if not artists:
        return Makers(life=parse_lifespan(born_died), nationality=_only(nations))
    lives_of, nations_of = _in_places(places, lives), _in_places(places, nations)
    facts = [
        (_life(life, each.life), _nation(nation, life, each.life))
        for each, life, nation in zip(
            artists, lives_of or [""] * len(artists), nations_of or [""] * len(artists), strict=True
        )
    ]
    first = next((n for n, each in enumerate(artists) if each.is_maker), None)
    if first is None:
        first = next((n for n, each in enumerate(artists) if not each.qualifier), None)
    makers = [each for each in artists if each.is_maker]
    roles = {each.role for each in makers or artists}
    return Makers(
        artist=catalogued(dict.fromkeys(artists)),
        display=displayed(dict.fromkeys(artists)),
        role=roles.pop() if len(roles) == 1 else None,
        life=_life_of_work(artists, first, [life for life, _ in facts], lives, lives_of),
        nationality=facts[first or 0][1] or (None if nations_of else _only(nations)),
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
    artists = [each for place in places for each in place]
    if len(artists) == 1 and len({text.strip() for text in texts}) == 1:
        return [texts[0]]
    if len(texts) == len(places):
        found = []
        for place, text in zip(places, texts, strict=True):
            if text.strip() and len(place) > 1 and sum(each.is_maker for each in place) != 1:
                break
            found += [text if len(place) == 1 or each.is_maker else "" for each in place]
        else:
            return found
    return list(texts) if len(texts) == len(artists) else None


def _life_of_work(
    artists: Sequence[Artist],
    first: int | None,
    lives: Sequence[Lifespan],
    given: Sequence[str],
    known: Sequence[str] | None,
) -> Lifespan:
    if known is None and any(map(str.strip, given)):
        count, whose = counted(len(given), "life", "lives"), counted(len(artists), "artist")
        return Lifespan(reason=f"{count} for {whose}: it is not known whose")
    if first is not None:
        return lives[first]
    if lives[0] == MISSING:
        return MISSING
    return Lifespan(reason=f"not the life of the maker, who is {artists[0].written('the artist')}")


def _life(given: str, beside: str | None) -> Lifespan:
    life = parse_lifespan(given)
    return parse_lifespan(beside) if life == MISSING and beside else life


def _nation(given: str, *lives: str | None) -> str | None:
    """Return the nationality that is given, or that precedes the years of a life."""
    if found := parse_nationality(given):
        return found
    for life in lives:
        leading = _LEADING_NATION.match(life or "")
        if leading and is_nation(leading[1]):
            return parse_nationality(leading[1])
    return None


def _only(texts: Sequence[str]) -> str | None:
    found = set(map(parse_nationality, texts))
    return found.pop() if len(found) == 1 else None

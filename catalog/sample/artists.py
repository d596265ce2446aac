"""The cast: invented artists, as a museum's list of artists would have them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

from catalog.sample.people import TABLE


@dataclass(frozen=True)
class Artist:
    """One person; two persons may bear the same name."""

    name: str
    style: str
    born: int
    died: int
    base: str
    nationality: str
    school: str = "painter"
    directory: str = ""
    """Of the artist's pages, `letter/surname`: alike in all URLs."""
    dates: str = "life"
    """How born and died are written: `life`, `circa` or `active`."""


UNLISTED = (
    Artist("NOVELLARA, Ippolito", "Mannerism", 1528, 1587, "Mantua", "Italian"),
    Artist("WESTERDAHL, Nils", "Realism", 1833, 1890, "Oslo", "Norwegian"),
    Artist("DUPLESSIS-MORNY, Adèle", "Impressionism", 1850, 1911, "Paris", "French"),
)
"""Artists of works whom the list of artists does not have: their style is for a model to say."""


def cast(size: int) -> list[Artist]:
    """The first `size` artists of the table, shared out evenly among the styles."""
    people = _read(TABLE)
    count = Counter(artist.style for artist in people)
    seen: Counter[str] = Counter()
    order: list[tuple[float, int]] = []
    for number, artist in enumerate(people):
        order.append((seen[artist.style] / count[artist.style], number))
        seen[artist.style] += 1
    return [people[number] for number in sorted(number for _, number in sorted(order)[:size])]


def largest_cast() -> int:
    """How many artists the table has."""
    return len(_read(TABLE))


def unlisted() -> list[Artist]:
    """The artists who are not on the list, with their directories."""
    return [replace(artist, directory=directory(artist.name)) for artist in UNLISTED]


def lifespan(artist: Artist) -> str:
    """Born and died as the list of artists writes them: `(c. 1270-1332)`."""
    prefix = {"circa": "c. ", "active": "active "}.get(artist.dates, "")
    return f"({prefix}{artist.born}-{artist.died})"


def directory(name: str) -> str:
    """Directory of an artist's pages: first letter and eight letters of the surname."""
    surname = name.split(",", maxsplit=1)[0].translate(str.maketrans("Łł", "Ll"))
    plain = unicodedata.normalize("NFKD", surname).encode("ascii", "ignore").decode().lower()
    letters = "".join(letter for letter in plain if letter.isalpha())
    return f"{letters[0]}/{letters[:8]}"


def _read(table: str) -> list[Artist]:
    """Artists of the table; of two with one name the second gets a numbered directory."""
    people: list[Artist] = []
    used: Counter[str] = Counter()
    for block in table.strip().split("\n\n"):
        style, *lines = block.splitlines()
        for line in lines:
            name, born, died, base, nationality, *more = line.split("|")
            school, dates = (*more, "painter", "life")[:2] if more else ("painter", "life")
            place = directory(name)
            used[place] += 1
            if used[place] > 1:
                place += str(used[place])
            person = Artist(name, style, int(born), int(died), base, nationality, school, place)
            people.append(replace(person, dates=dates if len(more) > 1 else "life"))
    return people

"""A small catalog whose artworks have images, facts and artists, and a night without Prefect."""

from __future__ import annotations

from models.enrichment.describing import describe_artworks
from models.versions.registry import CLASSIFIER
from models.versions.serving import configure_champions
from tests.building import MONET
from tests.models.enrichment.test_engine import judge, look

YEARS = {"Baroque": 1650, "Realism": 1800, "Impressionism": 1880}
UNKNOWN = {"ID": "900", "title": "untitled"}
NO_IMAGE = ("0", "35", "70", "900", "901")


def artworks_and_artists():
    """Ninety labelled artworks of eighteen artists, four unlabelled ones, one of which is bare."""
    artworks, artists = [], []
    for style, year in YEARS.items():
        for number in range(6):
            born = year - 30 - 2 * number
            nationality = "Dutch" if style == "Baroque" else "French"
            monet = style == "Impressionism" and number == 0
            name = "MONET, Claude" if monet else f"{style.upper()}, Ann {number}"
            artists.append(artist(name, style, born, nationality))
            for _ in range(5):
                artworks.append(artwork(len(artworks), artists[-1], born + 30))
    artists.append(artist("NOBODY, Bob", "", 1845, "French"))
    artworks += [artwork(number, artists[-1], 1885) for number in (901, 902, 903)]
    return [*artworks, UNKNOWN], artists


def artist(name, style, born, nationality):
    life = f"({born}-{born + 60})"
    given = {"artist": name, "period": style, "born-died": life, "nationality": nationality}
    return MONET | given | {"url": f"/html/x/{name}/"}


def artwork(number, by, year):
    return {
        "ID": str(number),
        "artist": by["artist"],
        "title": f"view {number}",
        "picture data": f"{year}, oil on canvas, 88 x 93 cm, art institute, chicago",
        "jpg url": f"/art/x/{by['artist']}/{number}.jpg",
    }


def night(home):
    """Bring predictions, sentences and `enriched` up to date; passes, and artworks predicted."""
    served = configure_champions(home)
    done = look(home, served), judge(home, served[CLASSIFIER])
    key = served[CLASSIFIER].classifier_key
    describe_artworks(home, None, key)
    return done

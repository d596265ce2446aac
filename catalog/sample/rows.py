"""Rows of the two tables of the layout `historic-art`, clean."""

from __future__ import annotations

import numpy as np

from catalog.sample.artists import Artist, lifespan
from catalog.sample.works import Work

SITE = "https://www.wga.example"

ARTWORK_COLUMNS = ("ID", "artist", "title", "picture data", "file info", "jpg url")
INFO_COLUMNS = ("artist", "born-died", "period", "school", "url", "base", "nationality")

Row = dict[str, str]


def artwork_row(work: Work, seed: int) -> Row:
    """The row of a work; `file info` tells of a larger scan, as the museum's site would hold."""
    rng = np.random.default_rng([seed, 5, work.id])
    scale = rng.uniform(3.0, 5.5)
    width, height = round(work.width * scale), round(work.height * scale)
    return {
        "ID": str(work.id),
        "artist": work.artist.name,
        "title": work.title,
        "picture data": work.data,
        "file info": f"{width}*{height}, true color, {round(width * height / 8000)} kb",
        "jpg url": f"{SITE}/art/{work.artist.directory}/{work.page}.jpg",
    }


def info_row(artist: Artist) -> Row:
    """The row of an artist."""
    return {
        "artist": artist.name,
        "born-died": lifespan(artist),
        "period": artist.style,
        "school": artist.school,
        "url": f"{SITE}/html/{artist.directory}/index.html",
        "base": artist.base,
        "nationality": artist.nationality,
    }

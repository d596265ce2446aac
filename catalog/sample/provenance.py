"""The free text of `picture data`: date, technique, size, location, any of them maybe missing."""

from __future__ import annotations

import numpy as np

TECHNIQUES: dict[str, tuple[str, ...]] = {
    "Medieval": (
        *("tempera on panel", "tempera and gold on panel", "tempera on wood", "fresco"),
        "oil on panel",
    ),
    "Early Renaissance": (
        *("tempera on panel", "tempera on panel", "tempera and gold on panel", "tempera on wood"),
        *("fresco", "oil on panel"),
    ),
    "Northern Renaissance": (
        *("oil on oak panel", "oil on oak panel", "oil on wood", "oil on panel", "oil on panel"),
        "engraving",
    ),
    "High Renaissance": (
        *("oil on panel", "oil on wood", "oil on canvas", "fresco", "tempera on panel"),
        "red chalk on paper",
    ),
    "Mannerism": (
        *("oil on canvas", "oil on wood", "oil on panel", "oil on copper", "fresco"),
        "red chalk on paper",
    ),
    "Baroque": (
        *("oil on canvas", "oil on canvas", "oil on canvas", "oil on copper", "oil on panel"),
        *("oil on wood", "fresco", "etching"),
    ),
    "Rococo": (
        *("oil on canvas", "oil on canvas", "oil on canvas", "pastel on paper", "fresco"),
        "oil on copper",
    ),
    "Neoclassicism": ("oil on canvas", "oil on canvas", "oil on canvas", "oil on wood", "drawing"),
    "Romanticism": (
        *("oil on canvas", "oil on canvas", "oil on canvas", "watercolour on paper"),
        *("oil on panel", "drawing"),
    ),
    "Realism": (
        *("oil on canvas", "oil on canvas", "oil on canvas", "oil on board", "oil on panel"),
        *("watercolour on paper", "etching"),
    ),
    "Impressionism": (
        *("oil on canvas", "oil on canvas", "oil on canvas", "pastel on paper", "oil on board"),
        "watercolour on paper",
    ),
    "Art Nouveau": (
        *("colour lithograph", "colour lithograph", "oil on canvas", "tempera on cardboard"),
        *("watercolour on paper", "pastel on paper"),
    ),
}

SCENE_TECHNIQUES: dict[str, tuple[str, ...]] = {
    "illumination": ("illumination on parchment", "manuscript"),
    "statue": ("marble", "bronze", "terracotta", "limestone"),
    "facade": ("photo",),
}

MUSEUMS = (
    "museum of fine arts, somewhere",
    "national gallery, northport",
    "pinacoteca civica, castelverde",
    "musée des beaux-arts, saint-aubry",
    "städtische galerie, grünau",
    "private collection",
    "private collection",
    "museum of the county, ashcombe",
    "galleria dell'accademia, bellacqua",
    "rijksverzameling, veldhaven",
    "collection of the academy, skarvik",
)

CHURCHES = (
    "san martino, montelupo",
    "cathedral, castelverde",
    "st nicholas, grünau",
    "santa lucia dei servi, bellacqua",
    "abbey church, saint-aubry",
)

SACRED = ("icon", "saints", "annunciation", "madonna", "statue", "apotheosis")

MISSING = {"date": 0.12, "technique": 0.04, "size": 0.18, "location": 0.05}
"""How often each part is not there."""


def technique(scene: str, style: str, rng: np.random.Generator) -> str:
    """What the work is made of."""
    choices = SCENE_TECHNIQUES.get(scene) or TECHNIQUES[style]
    return choices[int(rng.integers(len(choices)))]


def picture_data(
    year: int, material: str, scene: str, ratio: float, rng: np.random.Generator
) -> str:
    """Write `picture data` as the catalog does: `c. 1596, oil on canvas, 53 x 44 cm, museum, town`.

    Args:
        year: when the work was made.
        material: its technique.
        scene: what it shows.
        ratio: width by height.
        rng: source of chance.
    """
    parts = {
        "date": written_date(year, rng),
        "technique": material,
        "size": written_size(scene, ratio, rng),
        "location": _location(scene, rng),
    }
    kept = [text for part, text in parts.items() if text and rng.random() >= MISSING[part]]
    return ", ".join(kept)


def written_date(year: int, rng: np.random.Generator) -> str:
    """A year in one of the ways a catalog writes it."""
    decade = year // 10 * 10
    ways = (
        *(f"{year}", f"{year}", f"{year}", f"{year}", f"signed and dated {year}"),
        *(f"c. {year}", f"c. {year}", f"c. {year // 5 * 5}", f"{year}-{(year + 2) % 100:02d}"),
        *(f"{decade}s", f"{year}-{year + 4}", f"c. {decade}-{decade + 10}", f"begun {year}"),
        *(f"before {year}", _century(year)),
    )
    return ways[int(rng.integers(len(ways)))]


def _century(year: int) -> str:
    """A year as a catalog that knows no better gives it: `first half of the 17th century`."""
    century = (year - 1) // 100 + 1
    half = "first" if (year - 1) % 100 < 50 else "second"  # noqa: PLR2004 - half of a century
    return f"{half} half of the {century}th century"


def written_size(scene: str, ratio: float, rng: np.random.Generator) -> str:
    """Height by width in centimetres; height alone for sculpture; none for a building."""
    height = int(np.exp(rng.uniform(np.log(28), np.log(190))))
    if scene == "facade":
        return ""
    if scene == "statue":
        return f"height {height} cm"
    if scene == "illumination":
        return f"{height * 2} x {round(height * 2 * ratio)} mm"
    return f"{height} x {max(8, round(height * ratio))} cm"


def _location(scene: str, rng: np.random.Generator) -> str:
    places = MUSEUMS + CHURCHES if scene in SACRED else MUSEUMS
    return places[int(rng.integers(len(places)))]

"""What kind of thing a work is, from how it was made and by whom."""

from __future__ import annotations

import re

_BY_TECHNIQUE: tuple[tuple[str, str], ...] = (
    (r"\b(stained glass|glass window)", "stained-glass"),
    (r"\bmosaic", "mosaic"),
    (r"\btapestry|\bembroider", "tapestry"),
    (r"\b(illuminat|manuscript|book of hours|parchment|vellum)", "illumination"),
    (
        r"\b(etching|engraving|woodcut|lithograph|drawing|chalk|charcoal|pencil|pen|ink|drypoint|"
        r"mezzotint|aquatint|copperplate|red crayon|silverpoint)s?\b",
        "graphics",
    ),
    (
        r"\b(oil|tempera|fresco|acrylic|gouache|watercolou?r|pastel|canvas|panel|transferred)\b",
        "painting",
    ),
    (r"\b(porcelain|faience|majolica|maiolica|stoneware|earthenware|ceramic)", "ceramics"),
    (
        r"\b(marble|bronze|terracotta|limestone|sandstone|alabaster|ivory|plaster|stucco|stone|"
        r"limewood|polychrome)",
        "sculpture",
    ),
    (r"\b(silver|gold|enamel|gilt|copper|iron|brass)", "metalwork"),
)
_BY_PROFESSION = {
    "painter": "painting",
    "sculptor": "sculpture",
    "architect": "architecture",
    "graphic": "graphics",
    "goldsmith": "metalwork",
    "illuminator": "illumination",
    "miniaturist": "illumination",
    "cabinet-maker": "furniture",
    "glass": "stained-glass",
    "tapestry": "tapestry",
    "potter": "ceramics",
}


FORMS = frozenset({*_BY_PROFESSION.values(), "mosaic", "glassware"})


def form_of(
    technique: str | None, profession: str | None, form_given: str | None = None
) -> str | None:
    """The form of a work, None where nothing tells.

    What the catalog says counts first, then how the work was made: that says more than who made
    it, as a sculptor's drawing is a drawing.
    """
    given = (form_given or "").strip().lower()
    if given in FORMS:
        return given
    for pattern, form in _BY_TECHNIQUE:
        if technique and re.search(pattern, technique, re.IGNORECASE):
            return form
    return _BY_PROFESSION.get((profession or "").lower())

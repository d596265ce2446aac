"""What a work is made of, apart from its size: `Oil on canvas, 53 x 44 cm`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.normalise.measures import size_stretch


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique and a size, as they stand in the text; None for what is not there."""

    technique: str | None = None
    size: str | None = None


_MATERIALS = re.compile(
    r"\b(?:"
    + "|".join(
        r"""
    acrylics? alabaster amber aquatints? basalt bodycolou?r bones? brass brick bronze brush
    canvas cardboard casein ceramics? chalks? champlev[eé] charcoal clay cloisonn[eé] collage
    concrete copper(?:plate)? cotton crayons? crystal diamonds digital distemper drawings?
    drypoint earthenware ebony embroider(?:y|ed) enamels? enamell?ed encaustic engravings?
    engraved etchings? fa[iï]ence fir frescoe?s? garnets gems? gesso gilded gilding gilt
    glass(?:ware)? glazed? gold gouache granite graphite grisaille gypsum hand-coloured
    hardstones? illuminations? incunable ink inlaid inlay intaglio intarsia iron ivory jasper
    lacquer lapis lead(?:point)? leather life-?size limestone linen lithograph(?:s|y)?
    ma[ij]olica mahogany manuscripts? marbles? metal(?:point|work)? mezzotints? miniatures?
    mixed monotypes? mosaics? mother-of-pearl murals? niello oak oil oils onyx paint paintings?
    panels? paper papier parchment pastels? pearls? pen pencils? pewter photo(?:graph)?s? pietra
    pine plaster(?:work)? poplar porcelain porphyry polychromed? prints? regilded relief
    rub(?:y|ies) sandstone sanguine secco sepia silk silver(?:point)? sketch slate spruce steel
    stones? stoneware stucco synopias? tapestry tempera terracotta textile tin travertine tufa
    turquoise unpainted varnish(?:ed)? vellum velvet walnut wash watercolou?rs? wax
    \w*wood(?:cuts?|en|work)? wool
    """.split()
    )
    + r")\b"
    # What is said of a print or a panel besides, and units that lost their numbers.
    r"|\b(?:only|\w+) state\b(?: of \w+)?$|^(?:x )?cm$|^(?:circular|oval|round|folio)$"
    r"|^with\b",
    re.IGNORECASE,
)


def split_technique(text: str | None) -> Technique:
    """Part a technique from the size that follows it; what follows the size stays with it."""
    given = " ".join((text or "").split())
    if not any(map(str.isalnum, given)):
        return Technique()
    stretch = size_stretch(given)
    if stretch is None:
        return Technique(given.strip(" ,;"))
    technique, size = given[: stretch[0]].strip(" ,.;:"), given[stretch[0] :].strip(" ,;")
    return Technique(technique or None, size or None)


def names_material(text: str) -> bool:
    """Whether a text speaks of a material or a technique: `tempera on panel`, `marble`."""
    return _MATERIALS.search(text) is not None

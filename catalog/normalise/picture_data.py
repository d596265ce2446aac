"""Free texts that hold several facts: "date, technique, size, location" below a picture."""

from __future__ import annotations

import re
from typing import NamedTuple

from catalog.normalise.dates import parse_date
from catalog.normalise.measures import size_stretch


class Technique(NamedTuple):
    """A technique and a size, as written in the text; None for what is absent."""

    technique: str | None = None
    size: str | None = None


class PictureData(NamedTuple):
    """The parts that were found, as written in the text."""

    date: str | None = None
    technique: str | None = None
    size: str | None = None
    location: str | None = None


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
    # Remarks on a print or a panel, and units that lost their numbers.
    r"|\b(?:only|\w+) state\b(?: of \w+)?$|^(?:x )?cm$|^(?:circular|oval|round|folio)$"
    r"|^with\b",
    re.IGNORECASE,
)
_MAX_LENGTH = 2_000
# A comma without a space after it is a decimal one: "86,5 x 68 cm"; those in brackets part nothing.
_COMMA = re.compile(r",\s+(?![^()]*\))")
_LIKE_A_DATE = re.compile(
    r"['’]?[0-9]{3,}(?![0-9]*[.\w])|[0-9%/-]+[0-9]{2}$|(?:c|ca|about)[., ]+[0-9]{3}", re.IGNORECASE
)
_MONTH_OR_SEASON = re.compile(
    r"(?:jan|feb|mar(?:ch)?\b|apr|may\b|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter"
    r"|(?:first|second) half of [0-9])",
    re.IGNORECASE,
)
_COMMON = re.compile(
    r"((?:c\. )?[0-9]{4}(?:-[0-9]{2}|-[0-9]{4}|s)?), ([^0-9():]+), "
    r"([0-9]+(?:,[0-9])? x [0-9]+(?:,[0-9])? [cm]m), ([^0-9():]+)"
)
_NOTHING = re.compile(r"^[-?.]+,[ ]")
_CAN_DATE = re.compile(r"[0-9]|centur", re.IGNORECASE)
_HOUSE = re.compile(
    r"\b(?:museums?|mus[eé]e|museo|museu|muzeum|museet|gall?er\w+|kunst\w*|collections?|"
    r"collezione|library|biblio\w+|pala(?:ce|zzo|is|cio)|church|cathedral|duomo|san|santa|"
    r"santo|sant'\w*|basilica|abbey|chapel|cappella|ch[aâ]teau|castle|institute|academy|"
    r"accademia|villa|schloss|monastery|convent|archives?|treasury|hospital|university|house|gardens?|docks?)\b",
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
    """Return whether a text speaks of a material or a technique: `tempera on panel`, `marble`."""
    return _MATERIALS.search(text) is not None


def parse_picture_data(text: str | None) -> PictureData:
    """Split the text into its parts; any of them may be missing.

    The size is between technique and location. Without one, what speaks of a material is
    technique and the rest location.
    """
    if text is not None and (common := _COMMON.fullmatch(text)):
        return PictureData(*(part.strip(" ,.;") or None for part in common.groups()))
    given = _NOTHING.sub("", " ".join((text or "").split())).rstrip(" ,")
    if not any(map(str.isalnum, given)):
        return PictureData()
    if len(given) > _MAX_LENGTH:
        return PictureData(location=given)
    if (stretch := size_stretch(given)) is None:
        parts = _COMMA.split(given)
        dated = _count_dates(parts)
        made = dated
        # The technique ends at the last part that names a material, before any museum.
        for at, part in enumerate(parts[dated:], start=dated + 1):
            if _HOUSE.search(part.partition("(")[0]):
                break
            made = at if names_material(part) else made
        return PictureData(
            _joined(parts[:dated]), _joined(parts[dated:made]), None, _joined(parts[made:])
        )
    start, stop = stretch
    # The comma ends the size, whatever follows its numbers.
    comma = _COMMA.search(given, stop)
    stop = comma.start() if comma else len(given)
    parts = _COMMA.split(given[:start].rstrip(" ,.;"))
    dated = _count_dates(parts)
    size = given[start:stop].strip(" ,;")
    return PictureData(
        _joined(parts[:dated]), _joined(parts[dated:]), size, _joined([given[stop:]])
    )


def _count_dates(parts: list[str]) -> int:
    """Return how many of the parts, from the first on, make up the date."""
    count = int(parts[0].lower() in ("c", "ca", "about") and len(parts) > 1)
    while count < len(parts) and _CAN_DATE.search(parts[count]):
        if not parse_date(parts[count]).parsed and not _LIKE_A_DATE.match(parts[count]):
            break
        count += 1
    # The second may be a place: `june 1888, arles, oil on canvas`.
    has_place = count == 1 and len(parts) > 1 and _MONTH_OR_SEASON.match(parts[0])
    if has_place and not names_material(parts[1]) and any(map(names_material, parts[2:])):
        return count + 1
    return count


def _joined(parts: list[str]) -> str | None:
    return ", ".join(parts).strip(" ,;") or None

"""Notations of dates, written in the plain English that the reader of dates understands.

Unknown digits (`188-?`), years before Christ as integers (`-1390`), centuries in other languages
(`XIXe siècle`), periods and dynasties (`Edo period (1615-1868)`).
"""

from __future__ import annotations

import re

_UNKNOWN = r"[-_?ux]"
_DECADE = re.compile(rf"(?<![0-9])(1[0-9]{{2}}|20[0-9]){_UNKNOWN}(?![\w-]|\s*[0-9])")
_CENTURY = re.compile(r"(?<![0-9])(1[0-9]|20)(?:--|__|\?\?|uu|xx)(?![\w-]|\s*[0-9])")
_HAS_ERA = re.compile(r"\bb\.?\s?c\b|\bbce\b|\ba\.?\s?d\b|\bc\.?\s?e\b")
_THOUSANDS = re.compile(r"(?<![0-9,])([0-9]{1,2}),([0-9]{3})(?![0-9,])(?=[^0-9]*(?:[0-9,]+\s*)?b)")

_MINUS = "[-\u2212]"  # a longer dash would be a range without its beginning
_BC = re.compile(rf"(c\.?|ca\.?|circa|about)?\s*{_MINUS}([0-9]{{1,5}})(?:\.0+)?")
_FROM_BC = re.compile(
    rf"{_MINUS}([0-9]{{1,5}})(?:\.0+)?"
    rf"(?:\s*(?:/|,|;|\bto\b|\band\b)\s*|\s+[-–—]\s+|[-–—](?={_MINUS}))"
    rf"({_MINUS})?([0-9]{{1,5}})(?:\.0+)?"
)
_MARGIN = re.compile(r"(?:c\.?|ca\.?)?\s*([0-9]{3,4})\s?(?:±|\+/-)\s?([0-9]{1,2})")
_YEAR_C = re.compile(r"(?<![0-9])([0-9]{4})c\b\.?(?!\s*[0-9])")
_STILL = re.compile(r"\s*(?:-|\bto\b)\s*(?:the )?(?:present|ongoing|today|now)\b(?: day)?")
_TWO_PARTS = re.compile(
    r"\b(early|mid|middle)\b[\s-]*(?:\bto\b|-|/|\bor\b)[\s-]*\b(mid|middle|late)\b[\s-]*"
    r"((?:the )?[0-9][^,;()]*)"
)

_ROMAN = re.compile(r"(?=[ivx])x{0,2}(?:ix|iv|v?i{0,3})")
_ONES = {"i": 1, "v": 5, "x": 10}
_ROMAN_CENTURY = re.compile(
    r"\b(?:(?:siglo|secolo|sec\.|s[ée]culo|saec\.)\s*([ivx]+)\b"
    r"|([ivx]+)(?:[eè]me|e|º|°)?\s*(?:-\s*)?(?:si[eè]cles?|secolo|sec\.|century|cent\.))"
)
_ARABIC_CENTURY = re.compile(
    r"\b([0-9]{1,2})(?:\.|e|er|[eè]me|de|ste|º|°)?\s*"
    r"(?:jahrhunderts?|jhd?t?s?\b\.?|si[eè]cles?|eeuw)"
)
_HALVES = (
    (r"(?:1\.|erste[nrs]?)\s*h[äa]lfte(?: des)?", "first"),
    (r"(?:1[eè]?re|premi[eè]re) moiti[ée](?: du)?", "first"),
    (r"prima met[àa](?: del)?|primera mitad(?: del)?|(?:1e|eerste) helft(?: van de)?", "first"),
    (r"(?:2\.|zweite[nrs]?)\s*h[äa]lfte(?: des)?", "second"),
    (r"(?:2(?:nd)?e|seconde|deuxi[eè]me) moiti[ée](?: du)?", "second"),
    (r"seconda met[àa](?: del)?|segunda mitad(?: del)?|(?:2e|tweede) helft(?: van de)?", "second"),
)
_PARTS = (
    (r"anfang(?: des)?|d[ée]but(?: du)?|inizio?(?: del)?", "early"),
    (r"principios(?: del)?|begin(?: van de)?", "early"),
    (r"mitte(?: des)?|milieu(?: du)?|met[àa] del|mediados(?: del)?|midden(?: van de)?", "mid"),
    (r"ende(?: des)?|fin(?:es)?(?: du| del)?|fine(?: del)?|eind(?: van de)?", "late"),
)
_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\s+(?=[0-9])"), f"{word} ")
    for pattern, word in (
        *((pattern, f"{word} half of the") for pattern, word in _HALVES),
        *_PARTS,
    )
)

_BETWEEN = re.compile(
    r"\b(?:zwischen|entre|tra|fra|tussen)\s+(?:il |el )?([0-9]{3,4})"
    r"\s+(?:und|et|y|e|en)\s+(?:il |el )?([0-9]{3,4})"
)
_BESIDE_YEARS = tuple(
    (re.compile(rf"\b(?:{words})\s+(?=[0-9])"), f"{plain} ")
    for words, plain in (
        (r"um|ungef[äa]hr|gegen|vers|env\.|environ|hacia|omstreeks", "about"),
        (r"verso(?: il)?|intorno al", "about"),
        (r"vor|avant|antes de|prima del|entro il|voor|v[óo][óo]r", "before"),
        (r"nach|ab|apr[eè]s|despu[eé]s de|dopo(?: il)?|na|vanaf", "after"),
    )
)

_MONTH = (
    "jan|feb|mar(?:ch)?\\b|apr|may\\b|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|fall|winter"
)
_PLACE_FIRST = re.compile(rf"[^\W\d_][^\d,;()]*, (?=(?:{_MONTH})[^,;()]*[0-9])")
_NO_PLACE = re.compile(r"ed\b|\b(?:born|sold|bought|given|copy|version)\b")

_PERIOD_WORD = (
    r"(?:periods?|dynast(?:y|ies)|kingdom|era|reign|empire|culture|phase|sultanate|caliphate"
    r"|republic|horizon|shogunate)"
)
_PERIOD = re.compile(
    r"(?:[^\W\d_]|[ '’./&-]"
    r"|(?:dynast(?:y|ies)|phase|period)\s[0-9]{1,2}(?:-[0-9]{1,2})?(?![0-9]))*"
    rf"\b{_PERIOD_WORD}\b"
    r"(?:\s[0-9]{1,2}(?:-[0-9]{1,2})?(?![0-9]))?(?:\sof\s[^\d,;()]+)?"
)


def plain_words(given: str) -> str:
    """Rewrite what a lower-case date says by notation; any other text comes back as it is."""
    if margin := _MARGIN.fullmatch(given):
        year, years = int(margin[1]), int(margin[2])
        return f"c. {year - years}-{year + years}"
    text = _THOUSANDS.sub(r"\1\2", given)
    if not _HAS_ERA.search(text):
        text = _CENTURY.sub(lambda match: f"{match[1]}00-{match[1]}99", text)
        text = _DECADE.sub(r"\g<1>0-\g<1>9", text)
    text = _YEAR_C.sub(r"c. \1", text)
    text = _STILL.sub(" or later", text)
    text = _BETWEEN.sub(r"between \1 and \2", text)
    place = _PLACE_FIRST.match(text)
    if place and not _NO_PLACE.search(place[0]):
        text = text[place.end() :]
    text = _centuries(text)
    for pattern, words in _BESIDE_YEARS:
        text = pattern.sub(words, text)
    return _TWO_PARTS.sub(r"\1 \3 to \2 \3", text)


def periods(given: str) -> tuple[str, ...]:
    """Parts of a date whose first ones are periods: `edo period (1615-1868)` is `1615-1868`.

    Each later part lies within the one before, as museums write them. Empty for a text without
    a period.
    """
    found: list[str] = []
    rest = given
    while match := _PERIOD.match(rest):
        rest = rest[match.end() :].strip(" ,;:")
        if rest.startswith("(") and ")" in rest:
            years, _, rest = rest[1:].partition(")")
            found.append(years)
            rest = rest.strip(" ,;:")
    if rest != given and rest:
        found.append(rest)
    return tuple(found)


def before_christ(given: str) -> str | None:
    """Years that are integers, in words: `-1390` is `1390 bc`, `-100 to 50` is `100 bc - 50 ad`.

    None for any other text.
    """
    if match := _BC.fullmatch(given):
        about = "c. " if match[1] else ""
        return f"{about}{int(match[2])} bc"
    if match := _FROM_BC.fullmatch(given):
        end = f"{int(match[3])} {'bc' if match[2] else 'ad'}"
        return f"{int(match[1])} bc - {end}"
    return None


def _centuries(text: str) -> str:
    """Centuries of other languages: `xixe siècle`, `siglo xvii`, `17. jh.`, `17e eeuw`."""
    text = _ROMAN_CENTURY.sub(_from_roman, text)
    text = _ARABIC_CENTURY.sub(lambda match: f"{int(match[1])}th century", text)
    if "century" in text:
        for pattern, words in _PHRASES:
            text = pattern.sub(words, text)
    return text


def _from_roman(match: re.Match[str]) -> str:
    numeral = match[1] or match[2]
    if not _ROMAN.fullmatch(numeral):
        return match[0]
    values = [_ONES[letter] for letter in numeral]
    following = [*values[1:], 0]
    number = sum(-v if v < after else v for v, after in zip(values, following, strict=True))
    return f"{number}th century"

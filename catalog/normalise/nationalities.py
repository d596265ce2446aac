"""Nationalities and schools of artists, in one spelling."""

from __future__ import annotations

import re

from catalog.base.files import packaged_toml

_SPELLINGS: dict[str, list[str]] = packaged_toml("catalog.normalise", "nationalities.toml")
_ONE_FORM = {
    spelling.casefold(): nationality
    for nationality, others in _SPELLINGS.items()
    for spelling in (nationality, *others)
}
NATIONALITIES = frozenset(_SPELLINGS)
"""The adjectives that are known."""
_ADJECTIVES = frozenset(map(str.casefold, NATIONALITIES))


def is_nationality(text: str) -> bool:
    """Return whether a text is a known adjective: `German`, but not `Germany`."""
    return text.strip(" .,;").casefold() in _ADJECTIVES


def is_nation(text: str) -> bool:
    """Return whether a text is a known nationality or a country: `German`, `Germany`."""
    return text.strip(" .,;").casefold() in _ONE_FORM


_NONE = re.compile(
    r"(?:nationality |culture |artist )?(?:others?|unknown|undetermined|indeterminate|unidentified"
    r"|unspecified|uncertain|various|varied|multiple|mixed|several|anonymous|unrecorded|none|nil"
    r"|not (?:known|recorded|given|stated|specified|available|applicable|identified)|no nationality"
    r"|nationality|nan|null|n/?a|tbd|unbekannt|inconnue?|onbekend|desconocid[ao]|sconosciut[ao]"
    r"|verschiedene|divers|diverse|vari)(?: (?:nationality|artist|culture|nationalities))?"
)
_ELSEWHERE = re.compile(
    r"[,;(]? *\b(?:born|b\.|died|d\.|active|lived|lives|worked|works|working)\b.*"
    r"|[,;(] *(?:c\. ?)?[0-9].*",
    re.IGNORECASE,
)
"""Words for where else or when an artist lived: `American, born Germany`."""
_TRADE = re.compile(
    r"(?:^| )(?:school|artist|painter|sculptor|architect|master|printmaker|engraver|photographer"
    r"|designer|draughtsman|draftsman|illuminator|miniaturist|goldsmith|silversmith|potter|weaver)$"
)
"""Profession after the nationality: `Italian Painter`."""
_DOUBT = re.compile(r"\b(?:or|and|und|et|possibly|probably|perhaps)\b")
_PARTS = re.compile(r"[,;(/)]")
_NAME = re.compile(r"[^\W\d_]+(?:[- ][^\W\d_]+){0,3}")
_MAX_LENGTH = 80


def parse_nationality(text: str | None) -> str | None:
    """Give a nationality as an adjective with a capital: `german` and `Germany` are `German`.

    One that is not known here keeps its own word, with a capital. None where the text names none
    (`Other`, `Undetermined`), several, or is not a name. `American, born Germany` is American,
    `Italian, Florentine` Italian.
    """
    given = " ".join((text or "")[: 2 * _MAX_LENGTH].split()).strip(" .,;()")
    if len(given) > _MAX_LENGTH:
        return None
    parts = [part for part in map(_one, _PARTS.split(_ELSEWHERE.sub("", given))) if part]
    known = {part for part in parts if part in NATIONALITIES}
    return parts[0] if len(parts) == 1 or (known and known == {*parts[:1]}) else None


def _one(text: str) -> str | None:
    name = text.strip(" .,;:?")
    folded = name.casefold()
    if known := _ONE_FORM.get(folded) or _ONE_FORM.get(_TRADE.sub("", folded)):
        return known
    says_nothing = _TRADE.fullmatch(folded) or _NONE.fullmatch(folded) or _DOUBT.search(folded)
    if says_nothing or not _NAME.fullmatch(name):
        return None
    return name if name != name.lower() and name != name.upper() else name.title()

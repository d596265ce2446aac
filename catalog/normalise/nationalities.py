"""Which school or nation an artist belongs to, in one spelling."""

from __future__ import annotations

import re

# Adjectives stand for themselves, a country after a colon for its adjective.
_SPELLINGS = """
American:United States:United States of America:USA:US
Argentine:Argentinian:Argentina
Australian:Australia
Austrian:Austria
Belgian:Belgium
Bohemian:Bohemia
Brazilian:Brazil
British:United Kingdom:UK:Great Britain
Bulgarian:Bulgaria
Byzantine
Canadian:Canada
Catalan:Catalonia
Chinese:China
Croatian:Croatia
Cuban:Cuba
Czech:Czech Republic:Czechia
Danish:Denmark
Dutch:Netherlands:The Netherlands:Holland
Egyptian:Egypt
English:England
Estonian:Estonia
Finnish:Finland
Flemish:Flanders
French:France
German:Germany
Greek:Greece
Hungarian:Hungary
Icelandic:Iceland
Indian:India
Irish:Ireland
Israeli:Israel
Italian:Italy
Japanese:Japan
Latvian:Latvia
Lithuanian:Lithuania
Maltese:Malta
Mexican:Mexico
Netherlandish
Norwegian:Norway
Peruvian:Peru
Polish:Poland
Portuguese:Portugal
Romanian:Romania
Russian:Russia
Scottish:Scotland
Serbian:Serbia
Slovak:Slovakia
Slovene:Slovenian:Slovenia
Spanish:Spain
Swedish:Sweden
Swiss:Switzerland
Turkish:Turkey
Ukrainian:Ukraine
Welsh:Wales
"""
_ONE_FORM = {
    spelling.casefold(): line.partition(":")[0]
    for line in _SPELLINGS.split("\n")
    for spelling in line.split(":")
    if spelling
}
NATIONALITIES = frozenset(_ONE_FORM.values())
"""The adjectives that are known."""


def is_nation(text: str) -> bool:
    """Whether a text is a known nationality or a country: `German`, `Germany`."""
    return text.strip(" .,;").casefold() in _ONE_FORM


_NONE = frozenset("other others unknown various anonymous none nan null n/a".split())
_NAME = re.compile(r"[^\W\d_]+(?:[- ][^\W\d_]+){0,3}")
_LONGEST = 40


def parse_nationality(text: str | None) -> str | None:
    """Give a nationality as an adjective with a capital: `german` and `Germany` are `German`.

    One that is not known here keeps its own word, with a capital; None where the text names none
    (`Other`, `-`) or is no name. Netherlandish, Dutch and Flemish stay apart, as do English and
    British.
    """
    name = " ".join((text or "")[: 2 * _LONGEST].split()).strip(" .,;")
    folded = name.casefold().removesuffix(" school")
    if known := _ONE_FORM.get(folded):
        return known
    if folded in _NONE or len(name) > _LONGEST or not _NAME.fullmatch(name):
        return None
    return name if name != name.lower() and name != name.upper() else name.title()

"""The words of `attributions.toml` and how they stand beside the names of artists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from catalog.normalise.nationalities import NATIONALITIES

_WORDS = tomllib.loads(
    (files("catalog.normalise") / "attributions.toml").read_text(encoding="utf-8")
)
QUALIFIERS: tuple[str, ...] = (*_WORDS["qualifiers"], *_WORDS["together"])
ROLES: tuple[str, ...] = tuple(role for role in _WORDS["roles"] if role != "artist")
TOGETHER: tuple[str, ...] = tuple(_WORDS["together"])
"""Qualifiers behind a name."""
SUPPORTING: frozenset[str] = frozenset(_WORDS["lists"]["supporting"])
"""Roles of those who are not the artist beside somebody who is."""
TRADES: frozenset[str] = frozenset(
    word for words in _WORDS["roles"].values() for word in words if " " not in word and word != "by"
)
"""One-word names of roles."""


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _meanings(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words}


QUALIFIER_OF = _meanings(_WORDS["qualifiers"])
TOGETHER_OF = _meanings(_WORDS["together"])
ROLE_OF = _meanings(_WORDS["roles"])
_ENDS_DIRECTLY = tuple(_WORDS["lists"]["direct_ends"])
_DIRECT = [
    *_WORDS["lists"]["direct_words"],
    *(
        word
        for word, meaning in QUALIFIER_OF.items()
        if meaning in _WORDS["lists"]["direct"] or word.endswith(_ENDS_DIRECTLY)
    ),
]
ROLE_NOUNS = _alternatives(word for word in ROLE_OF if not word.endswith("by"))
ROLE_VERBS = _alternatives(word for word in ROLE_OF if word.endswith("by"))

_ARTICLES = rf"(?:(?:{_alternatives(_WORDS['lists']['before'])})[ ]+)*"
_PREPOSITION = (
    r"(?:[ ]+(?:of|to|by|on|from|de|du|des|di|da|del|della|a|à|an|aan|after|"
    r"(?-i:von|van|der|den))\b|[ ]+(?:de[ ]+)?(?-i:d)(?=['’]))"
)
_NATIONS = _alternatives(each.casefold() for each in NATIONALITIES)
_NATION = (
    r"(?:(?:(?:north|south|northern|southern|probably)[ ]+)?"
    rf"(?:{_NATIONS})[ ]+)?"
)
_MODELS = _alternatives(_WORDS["lists"]["models"])
_MODEL_OF = rf"(?:[ ]+(?:an?[ ]+|the[ ]+)?(?:{_MODELS})s?(?=[ ]+(?:by|of)\b))?"
_QUALIFIER = rf"(?P<how>{_alternatives(QUALIFIER_OF)})(?![^\W\d_])"
LEADING = re.compile(
    rf"[(\[]?{_ARTICLES}{_NATION}"
    rf"(?:(?P<direct>{_alternatives(_DIRECT)})(?![^\W\d_]){_MODEL_OF}{_PREPOSITION}{{0,2}}"
    rf"|{_QUALIFIER}{_PREPOSITION}{{1,2}})[)\]]?:?[ ]*(?:['’](?=\w))?(?=\S)",
    re.IGNORECASE,
)
TRAILING = re.compile(
    rf"(?:[ ]*,?[ ]*[(\[]|[ ]*,[ ]*){_ARTICLES}{_QUALIFIER}{_PREPOSITION}{{0,2}}[ ]*[)\]]?$"
    rf"|[ ]+(?P<plain>{_alternatives(QUALIFIER_OF)}){_PREPOSITION}$"
    rf"|['’]s?[ ]+(?P<own>{_alternatives(QUALIFIER_OF)})$|[ ]+(?P<after>after|attr\.?|attrib\.?)$",
    re.IGNORECASE,
)
TOGETHER_AT_END = re.compile(
    r"(?:,?[ ]+|[ ]*(?P<open>[(\[]))(?:and|&|with|und|et|e|y|en)[ ]+"
    r"(?:his[ ]|her[ ]|their[ ]|the[ ]|zijn[ ])?"
    rf"(?P<who>{_alternatives(TOGETHER_OF)})(?(open)[)\]])$|,?[ ]+(?:et al\.?|u\. ?a\.|e\.a\.)$",
    re.IGNORECASE,
)
DOUBTED = re.compile(r"[ ]*(?:\(\?\)|\[\?\]|\?)$")
NAMELESS = re.compile(rf"{_ARTICLES}{_QUALIFIER}{_PREPOSITION}{{0,2}}", re.IGNORECASE)
_ROLES = rf"(?:{ROLE_NOUNS})(?:(?:,[ ]*|[ ]*/[ ]*|[ ]+(?:and|&)[ ]+)(?:{ROLE_NOUNS}))*"
LEADING_ROLE = re.compile(
    rf"(?P<role>{_ROLES})[ ]*:[ ]*(?=\S)|(?P<verb>{ROLE_VERBS})(?:[ ]*:)?[ ]+(?=\S)"
    rf"|(?-i:(?P<plain>{ROLE_NOUNS})[ ]+(?=[A-Z]))",
    re.IGNORECASE,
)
TRAILING_ROLE = re.compile(
    rf"(?:[ ]*,?[ ]*[(\[](?:{_QUALIFIER}[ ]+)?(?P<role>{_ROLES})[)\]]"
    rf"|,[ ]*(?P<verb>{ROLE_VERBS})"
    rf"|,[ ]*(?:(?P<doubt>{_alternatives(QUALIFIER_OF)})[ ]+)?(?P<plain>{_ROLES}))$",
    re.IGNORECASE,
)
MODEL = re.compile(
    rf"(?:,[ ]+[(]?|[ ]+[(]?(?=(?:closely[ ]|freely[ ]|copy[ ])?(?:after|nach|naar|d['’]apr)))"
    rf"{_ARTICLES}{_QUALIFIER}(?>{_MODEL_OF}{_PREPOSITION}{{0,2}}):?[ ]+"
    r"(?=[^\W\d_](?:[^()]|\([^()]*\))*[)]?$)",
    re.IGNORECASE,
)
NEXT = re.compile(
    rf"[,;.]?[ ]+(?:(?:and|&|und|et|en)[ ]+)?(?=(?!by\b)(?:{ROLE_VERBS})[ ]+\S)"
    r"|(?:[,;.][ ]+|[ ]+(?:and|&|und|et|en)[ ]+)"
    rf"(?=(?:{_ROLES}|{_ARTICLES}(?:{_alternatives(QUALIFIER_OF)}){_PREPOSITION}{{0,2}}):[ ])",
    re.IGNORECASE,
)
"""Between `printmaker: X` and `publisher: Y`, `designed by X` and `printed by Y`."""
CLOSED = re.compile(
    rf"(?P<end>[(\[](?:(?:{_ROLES})|[^()\[\]]*[0-9]{{4}}[^()\[\]]*)[)\]]|,[ ]+(?:{ROLE_NOUNS}))"
    rf"(?:,[ ]*|,?[ ]+(?:and|&)[ ]+)(?=(?-i:[A-Z]))"
    rf"(?!{_ARTICLES}(?:{_alternatives(QUALIFIER_OF)}|{ROLE_NOUNS}|{_alternatives(TOGETHER_OF)})\b"
    rf"|(?:{_NATIONS})\b)",
    re.IGNORECASE,
)
"""The end of a name in a list, by a life or a role: `X (1836-1910), Y`, `X, designer, Y`."""
MARKS = frozenset(
    word
    for phrase in (*QUALIFIER_OF, *TOGETHER_OF, *ROLE_OF, "et al", "a.", "d'apr")
    for word in re.findall(r"\w+", phrase)
)
DOUBTS: tuple[str, ...] = ("attributed to", "formerly attributed to", "possibly by")
"""Qualifiers that doubt an attribution, perhaps another qualified one."""

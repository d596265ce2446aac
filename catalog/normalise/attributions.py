"""Qualifiers of a named artist, such as `follower of`, and roles, such as `publisher`.

A qualified artist is not, or not surely, the maker of the artwork. `attributions.toml` has the
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from catalog.base.files import packaged_toml
from catalog.normalise.nationalities import NATIONALITIES

_WORDS = packaged_toml("catalog.normalise", "attributions.toml")
QUALIFIERS: tuple[str, ...] = (*_WORDS["qualifiers"], *_WORDS["together"])
ROLES: tuple[str, ...] = tuple(role for role in _WORDS["roles"] if role != "artist")
TOGETHER: tuple[str, ...] = tuple(_WORDS["together"])
"""Qualifiers after a name."""
SUPPORTING: frozenset[str] = frozenset(_WORDS["lists"]["supporting"])
"""Roles of people who are not the artist, where another person is."""
TRADES: frozenset[str] = frozenset(
    word for words in _WORDS["roles"].values() for word in words if " " not in word and word != "by"
)
"""One-word names of roles."""


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


QUALIFIER_OF, TOGETHER_OF, ROLE_OF = (
    {word: meaning for meaning, words in _WORDS[table].items() for word in words}
    for table in ("qualifiers", "together", "roles")
)
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
    rf"|(?-i:(?P<noun>{ROLE_NOUNS})[ ]+(?=[A-Z]))",
    re.IGNORECASE,
)
TRAILING_ROLE = re.compile(
    rf"(?:[ ]*,?[ ]*[(\[](?:{_QUALIFIER}[ ]+)?(?P<role>{_ROLES})[)\]]"
    rf"|,[ ]*(?P<verb>{ROLE_VERBS})"
    rf"|,[ ]*(?:(?P<doubt>{_alternatives(QUALIFIER_OF)})[ ]+)?(?P<noun>{_ROLES}))$",
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
_MARKS = frozenset(
    word
    for phrase in (*QUALIFIER_OF, *TOGETHER_OF, *ROLE_OF, "et al", "a.", "d'apr")
    for word in re.findall(r"\w+", phrase)
)
_DOUBTS = ("attributed to", "formerly attributed to", "possibly by")
"""Qualifiers that doubt an attribution, perhaps another qualified one."""
_MAX_LENGTH = 500


def may_be_attributed(text: str) -> bool:
    """Return whether a text holds a word of a qualifier or role at all, which few names do."""
    if len(text) > _MAX_LENGTH:
        return False
    return "?" in text or not _MARKS.isdisjoint(re.findall(r"\w+", text.casefold()))


class Attribution(NamedTuple):
    """A name with its attribution: a qualifier of `QUALIFIERS`, or two, and a role."""

    name: str
    qualifier: str | None = None
    role: str | None = None


def read_attribution(text: str) -> Attribution:
    """Separate a name from the qualifiers and roles before and after it.

    `workshop of X`, `X (attributed to)`, `X, follower of`, `publisher: X`, `X and studio`, `X (?)`.
    """
    if not may_be_attributed(text):
        return Attribution(text)
    qualifiers: list[str] = []
    role: str | None = None
    name = text
    while (step := _peel(name)) is not None:
        name, qualifier, found = step
        qualifiers += [qualifier] if qualifier else []
        role = role or found
    # At most a doubt and what is doubted: `possibly by follower of`.
    doubts = [each for each in qualifiers if each in _DOUBTS]
    hands = [each for each in qualifiers if each not in _DOUBTS]
    combined = " ".join([*doubts[:1], *hands[:1]]) or None
    return Attribution(name, combined, role if role != "artist" else None)


def is_role(text: str) -> bool:
    """Return whether a text is a role or a qualifier: `publisher`, `after design by`."""
    return read_attribution(f"A B, {text}").name == "A B"


def is_nameless(text: str) -> bool:
    """Return whether a text has a qualifier or a role but no name: `attributed to`."""
    if not may_be_attributed(text):
        return False
    is_role_alone = text.islower() and TRAILING_ROLE.fullmatch(f", {text}") is not None
    return is_role_alone or NAMELESS.fullmatch(text) is not None


def split_model(text: str) -> tuple[str, str] | None:
    """Separate `X, after Y` into `X` and `after Y`; None where no second name is qualified."""
    if not may_be_attributed(text):
        return None
    leading = LEADING.match(text)
    match = MODEL.search(text, leading.end() if leading else 1)
    if match is None:
        return None
    model = text[match.end() :]
    if model.endswith(")") and "(" not in model:
        model = model[:-1]
    return text[: match.start()], f"{QUALIFIER_OF[_plain(match['how'])]} {model}"


def _peel(text: str) -> tuple[str, str | None, str | None] | None:
    """Take one qualifier or role off a text: (rest, qualifier, role), or None."""
    for pattern in (TRAILING_ROLE, TRAILING, TOGETHER_AT_END, DOUBTED, LEADING_ROLE, LEADING):
        is_leading = pattern in (LEADING_ROLE, LEADING)
        match = pattern.match(text) if is_leading else pattern.search(text)
        rest = (text[: match.start()] + text[match.end() :]).strip(" ,") if match else ""
        if match and any(map(str.isalpha, rest)):
            words = {name: _plain(found) for name, found in match.groupdict().items() if found}
            if pattern is DOUBTED:
                return rest, "possibly by", None
            if pattern is TOGETHER_AT_END:
                return rest, TOGETHER_OF[words["who"]] if "who" in words else "and others", None
            role = next(
                (words.pop(name) for name in ("role", "verb", "noun") if name in words), None
            )
            how = next(iter(words.values()), None)
            return rest, QUALIFIER_OF[how] if how else None, _role(role) if role else None
    return None


def _plain(word: str) -> str:
    """Fold case; both Turkish letters match an `i` in patterns that ignore case."""
    return word.replace("\u0130", "i").replace("\u0131", "i").casefold()


@cache
def _role(words: str) -> str:
    """Return the first role that is more specific than `artist`."""
    meanings = [ROLE_OF[word] for word in re.findall(rf"{ROLE_NOUNS}|{ROLE_VERBS}", words)]
    return next((each for each in meanings if each != "artist"), "artist")

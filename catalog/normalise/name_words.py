"""Classes of words in artists' names: surnames, given names, suffixes, titles, firms."""

from __future__ import annotations

import re

from catalog.normalise.attributions import TRADES
from catalog.normalise.given_names import GIVEN_NAMES
from catalog.normalise.nationalities import is_nation

PARTICLES = frozenset(
    """von van der den de del della dei degli di da dal du des la le les of the el y zu zum zur
    ten ter tom op af av i e lo il 't""".split()
)
_BEGIN_SURNAMES = PARTICLES | frozenset("st saint san sankt mac mc fitz do dos lo al d l o".split())
TITLE = re.compile(r"(?:sir|dame|fra|dr|mr|mrs|miss|ms|don|doña|rev)\.?", re.IGNORECASE)
"""Words that precede a given name."""
_TITLES = frozenset(
    "sir dame lord lady baron fra dr mr mrs miss ms don doña count st saint".split()
)
_ABBREVIATION = 2
"""Letters of a word in capitals that may be initials."""
_TRADES = TRADES | {"master"}
_SINGLE_NAMES = frozenset(
    """
    arman banksy brassaï brassai canaletto caravaggio césar christo correggio donatello giotto
    guercino leonardo man masaccio michelangelo nadar parmigianino perugino pontormo raphael
    raffaello rembrandt tintoretto titian ulay veronese verrocchio weegee
    """.split()
)
SUFFIX = re.compile(
    r"(?:the (?:Elder|Younger|Older|First|Second|Third)|Jr\b\.?|Sr\b\.?|Junior|Senior"
    r"|(?-i:[IVX]+)|père|fils"
    r"|d\. ?[ÄJ]\.|der (?:Ältere|Jüngere)|l['’]Ancien|l['’]Aîné|le (?:Vieux|Jeune)"
    r"|il (?:Vecchio|Giovane)|el (?:Viejo|Mozo)|de (?:Oude|Jonge))",
    re.IGNORECASE,
)
"""Suffixes that distinguish two people of the same name."""
HONOURS = re.compile(r"(?:P?R[AS]A?|ARA|RSA|Bart|Bt|OM|[COKMD]BE|Esq|MD|PhD|S\.?J|O\.?P)\.?")
"""Post-nominal letters."""
RANK = re.compile(
    r"(?:[0-9]+(?:st|nd|rd|th) )?(?:Earl|Duke|Duchess|Mar(?:quis|quess|chese)|Conte|Comte|Count"
    r"|Countess|Baron|Baroness|Viscount|Graf|Freiherr|Lord|Lady|Prince|Princess|King|Queen|Emperor)\b.*",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:co|company|cie|compagnie|inc|incorporated|ltd|limited|llc|gmbh|corp|corporation|bros"
    r"|brothers|fr[eè]res|gebr(?:üder|\.)|fratelli|(?:&|and) sons?|et fils|und söhne"
    r"|manufactory|manufacturing|manufacture|manufaktur|factory|fabriek|werkstätten?|foundry"
    r"|potter(?:y|ies)|press|publishers?|publishing|verlag|studios|collective|associates|partners"
    r"|architects|workshops|mills|mint|guild|works)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_INITIALS = re.compile(r"(?:(?:[^\W\d_]\.[ -]{0,2})+|(?:[^\W\d_][ ]){2,})(?=\w\w)")
_WORD = re.compile(r"[^\W\d_][^\s,]*")


def is_firm(text: str) -> bool:
    """Return whether a text names a firm: `Ames & Co., New York`."""
    return _FIRM.search(text) is not None


def is_trade(text: str) -> bool:
    """Return whether a text speaks of a trade and not of a person: `MEDIEVAL SCULPTOR`."""
    return any(word.casefold() in _TRADES for word in text.split())


def content_words(text: str) -> list[str]:
    """Return the words but for particles and titles, in small letters."""
    words = [word.casefold().strip(".'’") for word in _WORD.findall(text)]
    return [word for word in words if word not in PARTICLES and word not in _TITLES]


def is_full_name(text: str) -> bool:
    """Return whether a text is long enough for a given name and a surname."""
    return (
        len(content_words(text)) > 1
        and text[0].isupper()
        and not RANK.fullmatch(text)
        and _DIGIT.search(text) is None
    )


def begins_with_given_name(text: str) -> bool:
    """Return whether the first word, a title apart, is a common given name."""
    return is_given_name(next(iter(content_words(text)), ""))


def begins_with_initials(text: str) -> bool:
    """Return whether initials precede a surname: `L S Lowry`, `J.M.W. Turner`, not `O Keeffe`."""
    return text[:1].isupper() and _INITIALS.match(text) is not None


def is_given_name(text: str) -> bool:
    """Return whether every word is a common given name, also `Jean-Baptiste`."""
    words = [part for word in content_words(text) for part in word.split("-")]
    return bool(words) and all(word in GIVEN_NAMES for word in words)


def is_surname(text: str) -> bool:
    """Return whether a text before a comma is a surname: capitals, one word, or `van der X`."""
    words = _WORD.findall(text)
    if begins_with_initials(text):
        return False
    if any(word.isupper() and len(word) > _ABBREVIATION and "." not in word for word in words):
        return True
    first = words[0].casefold().strip(".'’") if words else ""
    count = len([word for word in words if word.casefold().strip(".'’") not in _BEGIN_SURNAMES])
    return count <= 1 + (first in _BEGIN_SURNAMES)


def is_known_by_one_name(text: str) -> bool:
    """Return whether an artist goes by this one word: a comma after it may separate two artists."""
    return text.casefold() in _SINGLE_NAMES and not text.isupper()


def can_be_given(text: str) -> bool:
    """Return whether a text after a comma may be a given name: no trade, no country, no list."""
    words = text.split()
    first = words[0].casefold().strip(".'’") if words else ""
    if not words or _DIGIT.search(text) or is_nation(text):
        return False
    if not (text[0].isupper() or first in PARTICLES or first.startswith(("d'", "d’"))):
        return False
    return not any(word.casefold().strip(".") in _TRADES for word in words)

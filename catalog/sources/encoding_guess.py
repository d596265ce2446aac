"""Guess the encoding of a text that is not Unicode.

chardet scores how much the text looks like each language in each encoding. Beside that count what
is common, and characters that occur where no language has them; and where two encodings read the
text almost alike, the words in which they differ decide.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_BESIDE_LETTERS = "’·\u00b4¡¿°ºª№²³"
"""Signs that occur beside letters in many languages."""
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = re.compile(r"(?<![^\W\d_])[\u00c0-\u024f](?![^\W\d_])")
_CONSONANT = r"[^\W\d_aeiouyáéíóúýäô]"
_MISPLACED = re.compile(
    r"(?<=[^\W\d_])[\u00c0-\u00de\u0178\u017d\u0160](?=[a-z])"  # a capital within a word
    r"|(?<=\d)[\u00c0-\u00de](?=[a-z])"
    r"|(?<=[^\W\d_])[\u2018\u201a\u201e]"  # an opening quote after a letter
    r"|(?<![^\W\d_])[\u00a8\u00af\u00b8](?![^\W\d_])"  # an accent of its own
    # Slovak's ŕ and ĺ occur between consonants: "Pietŕ" and "smĺ" are "Pietà" and "små".
    rf"|(?<!{_CONSONANT})[ŕĺŔĹ]|[ŕĺŔĹ](?!{_CONSONANT})"
)
_WORDS_OF_ONE_LETTER = "àáâèéêíóôúûåæøöÀÁÅØÖÓ×÷"
_WITHOUT_KANA = ("gb18030", "big5hkscs", "cp949")


def count_oddities(text: str, encoding: str = "") -> tuple[int, int]:
    """Count the characters beyond ASCII, at least 1, and those in impossible places.

    Symbols within words, capitals after small letters, two scripts in a word, control characters:
    what a text looks like that is read in the wrong encoding.
    """
    beyond = [c for c in text if not c.isascii()]
    odd = sum(_oddities(f" {text} "))
    words = (word for word in _WORD.findall(text) if not word.isascii() and word.isalpha())
    foreign = [word for word in words if _script(word[0]) not in {"LATIN", "CJK"}]
    if max(map(len, foreign), default=0) == 1:
        odd += len(foreign)
    odd += len(_MISPLACED.findall(text)) + abs(text.count("«") - text.count("»"))
    odd += sum(1 for sign in _ALONE.findall(text) if sign not in _WORDS_OF_ONE_LETTER)
    if encoding in _WITHOUT_KANA and any(map(_is_kana, beyond)):
        odd += len(beyond)
    return max(1, len(beyond)), odd


def _oddities(text: str) -> Iterator[int]:
    """Yield how odd each pair of neighbours is."""
    for one, other in pairwise(text):
        if one.isascii() and other.isascii():
            continue
        if unicodedata.category(other) in {"Cc", "Cn", "Co"} or "\ufb00" <= other <= "\ufb06":
            yield 0 if other.isascii() else 3
        if one.islower() and other.isupper():
            yield 1
        elif one.isalpha() and other.isalpha():
            yield _script(one) != _script(other)
        elif one.isalpha():
            yield _is_odd_beside_letters(other, "Pi")
        elif other.isalpha():
            yield _is_odd_beside_letters(one, "Pf")


def _is_odd_beside_letters(sign: str, wrong_quote: str) -> bool:
    if sign.isascii() or sign in _BESIDE_LETTERS:
        return False
    kind = unicodedata.category(sign)
    return kind[0] == "S" or kind in {"No", "Po", wrong_quote}


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30fa"


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "CJK" if name in {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"} else name


_CANDIDATES = 12
_USUAL = {"cp1252", "mac-roman", "cp850"}
"""Considered always."""
_COMMON = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("gb18030", "big5hkscs", "cp932", "cp949", "cp874"),
)
"""Encodings of Windows in each part of the world: the most likely ones besides UTF-8."""
_OTHERS = (
    *("iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-13", "iso8859-15"),
    *("koi8-r", "koi8-u", "euc_jis_2004", "iso2022_jp_2", "iso2022_kr", "hz"),
    *("mac-roman", "mac-latin2", "mac-cyrillic", "mac-greek", "mac-turkish"),
    *("cp437", "cp850", "cp852", "cp855", "cp857", "cp860", "cp861", "cp862", "cp865", "cp866"),
    *("cp737", "cp775", "cp1125"),
)
_PRIORS = {**dict.fromkeys(_COMMON, 1.15), "cp1252": 1.25, "cp850": 1.05}
"""How much more likely the common encodings are than others, all else being equal."""
_ODDITY_COSTS = 1.5
_EAST_ASIAN = {"gb18030", "big5hkscs", "cp932", "cp949", "euc_jis_2004", "hz"}
_CLOSE = 0.4
"""Certainty below which only the words that the two best candidates read differently count."""
_MUCH = 0.9
"""Evidence above which there are enough words for that."""
_BYTES_OF_A_WORD = re.compile(rb"[^\s,;|\"]+")


@dataclass(frozen=True, order=True)
class _Candidate:
    """How well an encoding fits, 0 and more, and how much evidence there is, 0 to 1."""

    score: float
    name: str
    evidence: float


def guess_encoding(sample: bytes) -> tuple[str, float, str | None]:
    """Return the most likely encoding of a text, how certain that is, 0 to 1, and the next one.

    Args:
        sample: lines of the text that are not ASCII.
    """
    ranked = _ranked(sample, (*_COMMON, *_OTHERS))
    if not ranked:
        return "cp1252", 0.0, None
    if len(ranked) > 1 and _certainty(ranked) < _CLOSE and ranked[0].evidence > _MUCH:
        words = _differing_words(sample, ranked[0].name, ranked[1].name)
        closer = _ranked(words, (ranked[0].name, ranked[1].name)) if words else []
        ranked = closer if len(closer) > 1 else ranked
    certainty = _certainty(ranked)
    if ranked[0].name == "gb18030":
        # Almost any bytes of East Asia are Chinese of a kind.
        certainty = max(0.0, 4 * certainty - 3)
    certainty = min(0.99, certainty * ranked[0].evidence)
    return ranked[0].name, certainty, ranked[1].name if len(ranked) > 1 else None


def _ranked(sample: bytes, encodings: Sequence[str]) -> list[_Candidate]:
    """Rank the encodings that a text may be in; of those that read it alike, keep one."""
    import chardet  # noqa: PLC0415 - few files need it

    found = chardet.detect_all(
        sample, ignore_threshold=True, compat_names=False, include_encodings=encodings
    )
    best: dict[str, _Candidate] = {}
    for at, each in enumerate(found):
        name = each["encoding"]
        if name is None or (at >= _CANDIDATES and name not in _USUAL):
            continue
        if (text := _decoded(sample, name)) is not None:
            candidate = _judged(text, name, each["confidence"])
            best[text] = max(candidate, best.get(text, candidate))
    return sorted(best.values(), reverse=True)


def _judged(text: str, name: str, confidence: float) -> _Candidate:
    beyond, odd = count_oddities(text, name)
    prior = _PRIORS.get(name.lower(), 1.0) + (name == "cp1252") / beyond
    score = confidence * prior * math.exp(-_ODDITY_COSTS * odd / math.sqrt(beyond))
    return _Candidate(score, name, math.exp(-4 * odd / beyond) * beyond / (beyond + 1.5))


def _certainty(ranked: Sequence[_Candidate]) -> float:
    if len(ranked) == 1:
        return 1.0
    return 1 - ranked[1].score / ranked[0].score if ranked[0].score else 0.0


def _differing_words(sample: bytes, one: str, other: str) -> bytes:
    """Return the words that two encodings read differently; none for multi-byte encodings."""
    if {one, other} & _EAST_ASIAN:
        return b""
    words = dict.fromkeys(word for word in _BYTES_OF_A_WORD.findall(sample) if not word.isascii())
    return b"\n".join(word for word in words if _decoded(word, one) != _decoded(word, other))


def _decoded(sample: bytes, encoding: str) -> str | None:
    """Return the text, unless a part of it is not in the encoding; the end may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeError, LookupError):
        return None

"""Count the characters of a text that stand where no language has them.

It is what a text looks like that was read in the wrong encoding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_BESIDE_LETTERS = "’·\u00b4¡¿°ºª№²³"
"""Signs that stand beside letters in many languages."""
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = re.compile(r"(?<![^\W\d_])[\u00c0-\u024f](?![^\W\d_])")
_CONSONANT = r"[^\W\d_aeiouyáéíóúýäô]"
_MISPLACED = re.compile(
    r"(?<=[^\W\d_])[\u00c0-\u00de\u0178\u017d\u0160](?=[a-z])"  # a capital within a word
    r"|(?<=\d)[\u00c0-\u00de](?=[a-z])"
    r"|(?<=[^\W\d_])[\u2018\u201a\u201e]"  # an opening quote behind a letter
    r"|(?<![^\W\d_])[\u00a8\u00af\u00b8](?![^\W\d_])"  # an accent of its own
    # Slovak's ŕ and ĺ stand between consonants: "Pietŕ" and "smĺ" are "Pietà" and "små".
    rf"|(?<!{_CONSONANT})[ŕĺŔĹ]|[ŕĺŔĹ](?!{_CONSONANT})"
)
_WORDS_OF_ONE_LETTER = "àáâèéêíóôúûåæøöÀÁÅØÖÓ×÷"
_WITHOUT_KANA = ("gb18030", "big5hkscs", "cp949")


def count_oddities(text: str, encoding: str = "") -> tuple[int, int]:
    """Count the characters beyond ASCII, at least 1, and those that stand where they never do.

    Symbols within words, capitals behind small letters, two scripts in a word, control characters:
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
    """How odd each pair of neighbours is."""
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

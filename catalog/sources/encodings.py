"""Decode a text: find out in which encoding it is written, and how certain that is.

What is not Unicode is a guess. chardet scores how much the text looks like each language in each
encoding. Beside that count what is common, and characters that occur where no language has them;
and where two encodings read the text almost alike, the words in which they differ decide.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from catalog.base.errors import SourceError
from catalog.base.file_kinds import BEGINNING, signature_of

CERTAIN = 0.125
"""Certainty below which a guess is not used.

Measured on artworks in 27 languages and 60 encodings: of four and more rows 1 % were read wrongly
above it, all of them of Macintoshes in Iceland and Turkey, and 2 % were refused.
"""
MARK = "\udcff"
"""Replaces bytes that could not be decoded; unlike U+FFFD it occurs in no text."""
SURROGATES = re.compile("[\ud800-\udfff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_ZEROS = 0.9
"""Part of the first bytes: three of four are zeros in UTF-32."""
_SAMPLE_BYTES = 8 * 1024
_SAMPLE_LINES = 400
_NO_ENCODINGS_OF_FILES = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}
_NOT_ASCII = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_SEARCHED_BYTES = 1_000_000


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return MARK, error.end
    raise error


codecs.register_error("artcat-mark", _mark)


@dataclass(frozen=True)
class Encoding:
    """An encoding, and how certain it is: 1 if it was given, or nothing else is possible."""

    name: str
    certainty: float = 1.0
    alternative: str | None = None
    """The second-best encoding."""

    @property
    def words(self) -> str:
        """The encoding as a report shows it."""
        name = self.name.removesuffix("-sig")
        if self.certainty == 1:
            return name
        other = f"; if letters look wrong, set --encoding {self.alternative}"
        other = other if self.alternative else ""
        return f"{name} (a guess, certainty {self.certainty:.2f}{other})"

    def question(self, data: bytes) -> str:
        """Return words of a text that show which encoding is right: `: is it 'Köln' or 'Kňln'?`."""
        if self.alternative is None:
            return ""
        for word in _NOT_ASCII.findall(data[:_SEARCHED_BYTES]):
            ways = [word.decode(name, "replace") for name in (self.name, self.alternative)]
            if ways[0] != ways[1] and all(map(str.isprintable, ways)):
                return f": is it {ways[0]!r} or {ways[1]!r}?"
        return ""


def read_text(file: str, data: bytes, encoding: str | None, advice: str) -> tuple[str, Encoding]:
    """Return the text of a file and its encoding, the given one or one detected with certainty.

    Raises:
        SourceError: if it is an archive, an image, a web page or the like, its encoding does not
            exist, or is uncertain, with the advice what to do then.
    """
    begin = data[:BEGINNING]
    if kind := signature_of(begin):
        remedy = "" if ":" in kind else ": save its table as CSV"
        raise SourceError(f"{file} is not a text table but {kind}{remedy}")
    if begin.count(0) > _MAX_ZEROS * len(begin):
        raise SourceError(f"{file} is not a text table: it starts with NUL bytes")
    try:
        found = named_encoding(encoding) if encoding else detect_encoding(data)
    except ValueError as error:
        raise SourceError(f"{file}: {error}") from error
    if found.certainty < CERTAIN:
        other = f", or {found.alternative}" if found.alternative else ""
        raise SourceError(
            f"{file}: its encoding is uncertain (perhaps {found.name}{other})"
            f"{found.question(data)}; {advice}"
        )
    return decode(file, data, found.name), found


def named_encoding(name: str) -> Encoding:
    """Return the encoding that a person named; raises ValueError if there is none."""
    try:
        b"12345678".decode(name, errors="ignore")
        known = codecs.lookup(name).name
    except (LookupError, ValueError, OSError):
        known = ""
    if not known or known.replace("-", "_") in _NO_ENCODINGS_OF_FILES:
        raise ValueError(f"there is no encoding {name[:40]!r}; try utf-8 or cp1252")
    return Encoding("utf-8-sig" if known == "utf-8" else name)


def decode(file: str, data: bytes, encoding: str) -> str:
    """Return the text of a file; bytes that do not fit become `MARK`.

    Raises SourceError if the encoding is one that marks nothing.
    """
    try:
        text = data.decode(encoding, errors="artcat-mark")
    except UnicodeError as error:
        raise SourceError(f"{file} is not in the encoding {encoding}: {error}") from error
    return text if encoding == "utf-8-sig" else SURROGATES.sub(MARK, text)


def detect_encoding(data: bytes) -> Encoding:
    """Return the encoding of a text.

    A byte order mark decides, then whether it is UTF-8. A file with a few bad bytes in UTF-8 stays
    UTF-8: they are its rows' problem. All else is a guess, from a sample of the lines that are not
    ASCII.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name)
    # UTF-16 without a mark: every other byte of its ASCII is 0.
    start = data[:1000]
    zeros = {"utf-16-be": start[::2].count(0), "utf-16-le": start[1::2].count(0)}
    fewest, most = sorted(zeros.values())
    if most > len(start) // 8 and fewest <= most // 8:
        return Encoding(max(zeros, key=zeros.__getitem__))
    if b"\x1b$" in data or b"~{" in data:  # which switch to another set of characters in ASCII
        return _guess(data[:_SAMPLE_BYTES])
    if _decoded(data, "utf-8", final=True) is not None:
        return Encoding("utf-8-sig")
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    lines = lines[:: max(1, len(lines) // _SAMPLE_LINES)]
    longest = max(200, _SAMPLE_BYTES // len(lines))
    lines = [line[:longest] for line in lines]
    if 2 * sum(_decoded(line, "utf-8", final=True) is not None for line in lines) >= len(lines):
        return Encoding("utf-8-sig")
    return _guess(b"\n".join(lines))


def _decoded(data: bytes, encoding: str, *, final: bool = False) -> str | None:
    """Return the text, unless a part of it is not in the encoding; if not final, it may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data, final)
    except (UnicodeError, LookupError):
        return None


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
_WITHOUT_KANA = ("gb18030", "big5hkscs", "cp949")
_CLOSE = 0.4
"""Certainty below which only the words that the two best candidates read differently count."""
_MUCH = 0.9
"""Evidence above which there are enough words for that."""
_BYTES_OF_A_WORD = re.compile(rb"[^\s,;|\"]+")


class _Candidate(NamedTuple):
    """How well an encoding fits, 0 and more, and how much evidence there is, 0 to 1."""

    score: float
    name: str
    evidence: float


def _guess(sample: bytes) -> Encoding:
    """Return the most likely encoding of a text that is not Unicode."""
    ranked = _ranked(sample, (*_COMMON, *_OTHERS))
    if not ranked:
        return Encoding("cp1252", 0.0)
    certainty = _certainty(ranked)
    pair = [candidate.name for candidate in ranked[:2]]
    if certainty < _CLOSE and ranked[0].evidence > _MUCH and not _EAST_ASIAN.intersection(pair):
        words = dict.fromkeys(_BYTES_OF_A_WORD.findall(sample))
        differing = [
            word
            for word in words
            if not word.isascii() and len({_decoded(word, name) for name in pair}) > 1
        ]
        closer = _ranked(b"\n".join(differing), pair) if differing else []
        if len(closer) > 1:
            ranked, certainty = closer, _certainty(closer)
    best = ranked[0]
    if best.name == "gb18030":
        # Almost any bytes of East Asia are Chinese of a kind.
        certainty = max(0.0, 4 * certainty - 3)
    alternative = ranked[1].name if len(ranked) > 1 else None
    return Encoding(best.name, min(0.99, certainty * best.evidence), alternative)


def _certainty(ranked: Sequence[_Candidate]) -> float:
    if len(ranked) == 1:
        return 1.0
    return 1 - ranked[1].score / ranked[0].score if ranked[0].score else 0.0


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
        if (text := _decoded(sample, name)) is None:
            continue
        beyond = max(1, sum(not character.isascii() for character in text))
        odd = _oddities(text)
        if name in _WITHOUT_KANA and re.search("[\u3041-\u30fa]", text):
            odd += beyond
        prior = _PRIORS.get(name.lower(), 1.0) + (name == "cp1252") / beyond
        score = each["confidence"] * prior * math.exp(-_ODDITY_COSTS * odd / math.sqrt(beyond))
        evidence = math.exp(-4 * odd / beyond) * beyond / (beyond + 1.5)
        candidate = _Candidate(score, name, evidence)
        best[text] = max(candidate, best.get(text, candidate))
    return sorted(best.values(), reverse=True)


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


def _oddities(text: str) -> int:
    """Count the characters in impossible places: a text looks so in the wrong encoding.

    Symbols within words, capitals after small letters, two scripts in a word, control characters.
    """
    odd = len(_MISPLACED.findall(text)) + abs(text.count("«") - text.count("»"))
    odd += sum(sign not in _WORDS_OF_ONE_LETTER for sign in _ALONE.findall(text))
    words = (word for word in _WORD.findall(text) if not word.isascii() and word.isalpha())
    foreign = [word for word in words if _script(word[0]) not in {"LATIN", "CJK"}]
    if max(map(len, foreign), default=0) == 1:
        odd += len(foreign)
    for one, other in pairwise(f" {text} "):
        if one.isascii() and other.isascii():
            continue
        if not other.isascii() and (
            unicodedata.category(other) in {"Cc", "Cn", "Co"} or "\ufb00" <= other <= "\ufb06"
        ):
            odd += 3
        if one.islower() and other.isupper():
            odd += 1
        elif one.isalpha() and other.isalpha():
            odd += _script(one) != _script(other)
        elif one.isalpha() or other.isalpha():
            sign, wrong_quote = (other, "Pi") if one.isalpha() else (one, "Pf")
            kind = unicodedata.category(sign)
            if not sign.isascii() and sign not in _BESIDE_LETTERS:
                odd += kind[0] == "S" or kind in {"No", "Po", wrong_quote}
    return odd


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "CJK" if name in {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"} else name

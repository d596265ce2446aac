"""Texts without markup, `<i>Lilies</i>`, `Tom &amp; Co`, and in their own encoding."""

from __future__ import annotations

import html
import re

_TAGS = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|br|center|cite|code|del|dfn|div|em|font|h[1-6]|hr|i|img|ins"
    r"|kbd|li|mark|ol|p|q|s|samp|script|section|small|span|strike|strong|style|sub|sup|table|tbody"
    r"|td|th|tr|tt|u|ul|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6]|hr)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_EMPHASIS = re.compile(r"(?<!\w)(_|\*{1,2})(?=\S)([^_*]+)(?<=\S)\1(?!\w)")
_TWICE = 3
"""Maximum number of times a text may have been escaped: `&amp;amp;`."""

# What UTF-8 looks like when read as a single-byte encoding: never one sign alone, but for a
# no-break space that became a plain one.
_LIKE_UTF_8 = re.compile(r"[^\x00-\x7f]{2}|[ÂÃ]")
# Signs of Windows-1252 that are letters in Windows-1250, as ³ for ł and ª for Ş.
_SIGNS = "³£ªº¹¿¯¥¼¾"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
_WORD = re.compile(rf"[{_LETTERS}{_SIGNS}]{{2,60}}")
# No word of a language that is written in Windows-1252 is spelled so.
_CERTAIN = re.compile(
    r"[A-Za-zÀ-ÿ]³[a-zà-ÿ]{2}"  # W³adys³aw
    r"|[A-Z]£[A-Z]"  # STANIS£AWSKI
    r"|[a-zà-ÿ]{2}[ºª][a-zà-ÿ]{2}|^ª[a-zà-ÿ]{3}"  # Bucureºti, ªtefan
    r"|ñsk|ÑSK"  # PODKOWIÑSKI
    r"|[šžŠŽ].*[ìøèùòðæÌØÈÙÒÐÆ]|[ìøèùòðæÌØÈÙÒÐÆ].*[šžŠŽ]"  # Kromìøíž
    r"|(?:èek|ÈEK)$"  # SLAVÍÈEK
    # Hungarian: Portuguese and Estonian have õ, but neither with such neighbours.
    r"|(?:[áéíóúÁÉÍÓÚ]|gy|cs|sz|zs|Gy|Cs|Sz|Zs).*õ(?!e)|õ(?!e).*(?:[áéíóúÁÉÍÓÚ]|gy|cs|sz|zs)"
    r"|sz.*mûv|mûv.*sz"  # Szépmûvészeti
)
# Neither is this, in a text that has a word of Central Europe besides.
_LIKELY = re.compile(
    rf"[A-Za-z]³|[{_LETTERS}]¿|^[£¯¥][{_LETTERS}]|[OE]VIÆ$|[oe]viæ$|^È[aouáó]|øá|ìø|èk[aáyý]?$"
)
_CENTRAL_EUROPEAN = re.compile("[šžŠŽ]")


def plain_text(text: str) -> str:
    """Leave out HTML tags and resolve entities; whatever is not markup stays: `a < b`, `R&D`."""
    if "&" in text:
        for _ in range(_TWICE):
            text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "<" in text:
        text = _TAGS.sub("", _BREAKS.sub(" ", text))
    return text


def plain_title(title: str) -> str:
    """Return a title as one line of plain text, without Markdown emphasis: `_Untitled_`.

    A title of nothing but markup stays as it is.
    """
    plain = " ".join(_EMPHASIS.sub(r"\2", plain_text(title)).split())
    return plain or title


def repair(text: str) -> str:
    """Put right what was UTF-8 or Windows-1250 and was read as Windows-1252 or Latin-1.

    A text of which there is any doubt comes back as it is: a right name is never changed for
    another.
    """
    if text.isascii():
        return text
    if _LIKE_UTF_8.search(text):
        # ftfy takes a fifth of a second to import; few texts need it.
        import ftfy  # noqa: PLC0415

        text = ftfy.fix_encoding(text)
    words = _WORD.findall(text)
    certain = any(map(_CERTAIN.search, words))
    if not certain and not (_CENTRAL_EUROPEAN.search(text) and any(map(_LIKELY.search, words))):
        return text
    return _WORD.sub(_reread, text)


def _reread(match: re.Match[str]) -> str:
    """Return a word of Windows-1250 that was read as Windows-1252; any other as it is."""
    word = match[0]
    if not (_CERTAIN.search(word) or _LIKELY.search(word)):
        return word
    try:
        right = word.encode("cp1252").decode("cp1250")
    except UnicodeError:
        return word
    return right if right.isalpha() else word

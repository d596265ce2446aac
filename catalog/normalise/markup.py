"""Texts without the markup that web catalogs leave in them: `<i>Lilies</i>`, `Tom &amp; Co`."""

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

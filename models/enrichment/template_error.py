"""The error that every check of a template raises, and how its files are read."""

from __future__ import annotations

from pathlib import Path

from catalog.base.errors import ArtcatError
from catalog.base.files import read_text

_LONGEST = 300


class TemplateError(ArtcatError):
    """A template or its words that cannot be used; says where."""


def read_text_of(file: Path, most_bytes: int) -> str:
    """The text of a template or of its words. Raises TemplateError, naming the file."""
    try:
        return read_text(file, most_bytes)
    except OSError as error:
        raise TemplateError(f"cannot read {file}: {error.strerror}") from error


def one_line(error: object) -> str:
    """The message in one line of bounded length."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

"""The error of invalid templates, and reading of their files."""

from __future__ import annotations

from pathlib import Path

from catalog.base.errors import ArtcatError
from catalog.base.files import read_text

_MAX_MESSAGE = 300


class TemplateError(ArtcatError):
    """A template or words file is invalid; the message says where."""


def read_text_of(file: Path, most_bytes: int) -> str:
    """Read a template or words file. Raises TemplateError, naming the file."""
    try:
        return read_text(file, most_bytes)
    except OSError as error:
        raise TemplateError(f"cannot read {file}: {error.strerror}") from error


def one_line(error: object) -> str:
    """Shorten a message to one line of bounded length."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 1]}…"

"""The error of invalid templates, and reading of their files."""

from __future__ import annotations

from pathlib import Path

from catalog.base.errors import ArtcatError
from catalog.base.files import read_text

MAX_MESSAGE = 300
"""Characters of a message of Jinja or TOML."""


class TemplateError(ArtcatError):
    """A template or words file is invalid; the message says where."""


def read_text_of(file: Path, most_bytes: int) -> str:
    """Read a template or words file. Raises TemplateError, naming the file."""
    try:
        return read_text(file, most_bytes)
    except OSError as error:
        raise TemplateError(f"cannot read {file}: {error.strerror}") from error

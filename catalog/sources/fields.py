"""The fields of an artwork that a mapping can fill: meaning, example, usual names of columns."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class KnownField(BaseModel):
    """A field as `fields.toml` describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: str
    example: str
    names: tuple[str, ...]
    several: str | None = None
    fits: str = "(?s).*"


@cache
def known_fields() -> dict[str, KnownField]:
    """Return each field by its name."""
    text = (files("catalog.sources") / "fields.toml").read_text("utf-8")
    return {name: KnownField(**field) for name, field in tomllib.loads(text).items()}

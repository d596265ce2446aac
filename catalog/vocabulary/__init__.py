"""The styles that artcat knows, and how a source's terms map to them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class Style(BaseModel):
    """A style of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="The term that artcat writes.")
    years: tuple[int, int] = Field(description="When its works were typically made.")


@cache
def styles() -> tuple[Style, ...]:
    """The built-in styles in order of time."""
    text = (files("catalog.vocabulary") / "styles.toml").read_text(encoding="utf-8")
    return tuple(Style.model_validate(entry) for entry in tomllib.loads(text)["style"])


def style_names() -> tuple[str, ...]:
    """Names of the built-in styles: the order of a classifier's outputs."""
    return tuple(style.name for style in styles())

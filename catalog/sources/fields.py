"""The fields of an artwork that a mapping can fill: meaning, example, usual names of columns."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from catalog.base.files import packaged_toml


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
    fields = packaged_toml("catalog.sources", "fields.toml")
    return {name: KnownField(**field) for name, field in fields.items()}

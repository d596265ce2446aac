"""The styles that artcat knows, and how a source's terms map to them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from catalog.errors import SourceError
from catalog.homes import settings


class Style(BaseModel):
    """A style of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="The term that artcat writes.")
    years: tuple[int, int] = Field(description="When its works were typically made.")
    synonyms: tuple[str, ...] = Field((), description="Terms of sources that mean the same.")
    aat: int | None = Field(
        None,
        ge=300_000_000,
        lt=301_000_000,
        description="Number of the concept in the Getty Art & Architecture Thesaurus.",
    )
    aat_verified_by: str | None = Field(
        None, min_length=1, description="Who held the number against the thesaurus."
    )
    aat_verified_on: date | None = Field(None, description="When.")

    @model_validator(mode="after")
    def _verified(self) -> Style:
        given = (self.aat, self.aat_verified_by, self.aat_verified_on)
        if None in given and any(part is not None for part in given):
            raise ValueError("give aat, aat_verified_by and aat_verified_on together, or none")
        return self


class Vocabulary(BaseModel):
    """The contents of a vocabulary file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: tuple[Style, ...] = Field(min_length=2, description="The styles in order of time.")

    @model_validator(mode="after")
    def _each_term_once(self) -> Vocabulary:
        seen: set[str] = set()
        for style in self.style:
            for term in {term.casefold() for term in (style.name, *style.synonyms)}:
                if term in seen:
                    raise ValueError(f"the term {term!r} stands for two styles")
                seen.add(term)
        return self


def styles() -> tuple[Style, ...]:
    """The styles in order of time: the built-in ones, or those of `ARTCAT_VOCABULARY`.

    Raises:
        SourceError: if the museum's own vocabulary cannot be read.
    """
    own = settings().vocabulary
    return _read(own).style


def style_names() -> tuple[str, ...]:
    """Names of the styles: the order of a classifier's outputs."""
    return tuple(style.name for style in styles())


def style_years() -> pa.Table:
    """When works of each style were typically made: style, earliest, latest."""
    return pa.table(
        {
            "style": pa.array([style.name for style in styles()], pa.string()),
            "earliest": pa.array([style.years[0] for style in styles()], pa.int64()),
            "latest": pa.array([style.years[1] for style in styles()], pa.int64()),
        }
    )


def style_lookup() -> Mapping[str, str]:
    """The style's name for each term of the vocabulary, in lower case."""
    return {
        term.casefold(): style.name for style in styles() for term in (style.name, *style.synonyms)
    }


@cache
def _read(own: Path | None) -> Vocabulary:
    source = own if own is not None else files("catalog.vocabulary") / "styles.toml"
    try:
        return Vocabulary.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"cannot read the vocabulary {source}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"the vocabulary {source}: {where}: {first['msg']}") from error

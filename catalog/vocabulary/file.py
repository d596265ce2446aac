"""The layout of a vocabulary file: styles with their years, terms, and where they can occur."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from catalog.vocabulary.regions import known_regions

MARGIN, ARTIST_AGE = 10, 20
"""Defaults of a file; styles.toml explains them."""


class Scope(BaseModel):
    """Where a style can occur; in the file's head, the default of its styles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regions: tuple[str, ...] | None = Field(
        None, description="Regions or nationalities of its artists; none or empty: any."
    )
    forms: tuple[str, ...] | None = Field(None, description="Its forms; none or empty: any.")
    not_forms: tuple[str, ...] | None = Field(None, description="Forms that it never has.")
    margin: int | None = Field(
        None,
        ge=0,
        le=1000,
        description="Years outside `years` in which an artwork can still be of it.",
    )
    artist_age: int | None = Field(
        None, ge=0, le=100, description="How old its artists are at least when it ends."
    )
    aat_verified_by: str | None = Field(
        None, min_length=1, description="Who verified the number in the thesaurus."
    )
    aat_verified_on: date | None = Field(None, description="When.")

    @field_validator("regions")
    @classmethod
    def _known(cls, regions: tuple[str, ...] | None) -> tuple[str, ...] | None:
        known = known_regions()
        for region in regions or ():
            if region.casefold() not in known:
                raise ValueError(
                    f"unknown region or nationality {region!r}: choose one of "
                    f"{', '.join(sorted(set(known.values())))}, and nationalities such as Japanese"
                )
        return regions


class Style(Scope):
    """A style of the vocabulary."""

    name: str = Field(min_length=1, max_length=100, description="The term that artcat writes.")
    years: tuple[int, int] = Field(description="When its artworks were typically made.")
    synonyms: tuple[str, ...] = Field((), description="Terms of sources that mean the same.")
    names: dict[str, str] = Field({}, description="Its name in other languages, as de or pt-BR.")
    aat: int | None = Field(
        None,
        ge=300_000_000,
        lt=301_000_000,
        description="Number of the concept in the Getty Art & Architecture Thesaurus.",
    )

    @field_validator("years")
    @classmethod
    def _in_order(cls, years: tuple[int, int]) -> tuple[int, int]:
        if years[0] > years[1]:
            raise ValueError(f"{years[0]} is after {years[1]}: give the earliest year first")
        return years

    @property
    def terms(self) -> set[str]:
        """Its name and synonyms, in lower case."""
        return {term.casefold() for term in (self.name, *self.synonyms)}

    def within(self, head: Scope) -> Style:
        """Fill in missing values of the style from the head of its file."""
        names = set(Scope.model_fields)
        if self.aat is None:
            names -= {"aat_verified_by", "aat_verified_on"}
        missing = {name: getattr(head, name) for name in names if getattr(self, name) is None}
        return self.model_copy(update=missing)


class Vocabulary(Scope):
    """The contents of a vocabulary file."""

    extend: bool = Field(
        False, description="Whether the styles are added to artcat's own, or replace them."
    )
    other_styles: tuple[str, ...] = Field(
        (), description="Terms of sources for styles that are none of these."
    )
    style: tuple[Style, ...] = Field(min_length=1, description="The styles in order of time.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        seen: dict[str, str] = {}
        for style in self.style:
            for term in style.terms:
                if term in seen:
                    two = f"{seen[term]} and {style.name}"
                    raise ValueError(f"the term {term!r} means two styles: {two}")
            seen |= dict.fromkeys(style.terms, style.name)
        complete = tuple(each.within(self) for each in self.style)
        for style in complete:
            given = (style.aat, style.aat_verified_by, style.aat_verified_on)
            if None in given and any(part is not None for part in given):
                raise ValueError(
                    f"{style.name}: give aat, aat_verified_by and aat_verified_on together, or "
                    "none; who verified all of them, and when, can be given once before the styles"
                )
        return self.model_copy(update={"style": complete})

    def beside(self, built_in: Vocabulary) -> Vocabulary:
        """Add the built-in styles, if requested, and terms that mean none of the styles.

        A style of this file replaces the built-in one of the same name, and its terms are no longer
        those of a built-in style.

        Raises:
            ValueError: if fewer than two styles are left.
        """
        own = {term for style in self.style for term in style.terms}
        kept = []
        for style in built_in.style:
            if self.extend and style.name.casefold() not in own:
                left = tuple(term for term in style.synonyms if term.casefold() not in own)
                kept.append(style.model_copy(update={"synonyms": left}))
        found = sorted((*kept, *self.style), key=lambda style: style.years)
        if len(found) < 2:  # noqa: PLR2004 - there must be styles to distinguish
            raise ValueError("it has only one style: give at least two, or extend = true")
        others = [term for each in built_in.style for term in (each.name, *each.synonyms)]
        others = [*self.other_styles, *built_in.other_styles, *others]
        return self.model_copy(update={"style": tuple(found), "other_styles": tuple(others)})

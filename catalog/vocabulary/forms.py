"""The forms that artworks can have: photograph, print, textile; `forms.toml` describes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from catalog.base.files import packaged_toml


class Form(BaseModel):
    """A form of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    techniques: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    broader: str | None = None
    label: str | None = None
    subject: bool = False


class Forms(BaseModel):
    """The contents of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unspecified: tuple[str, ...]
    counted: tuple[str, ...]
    forms: Mapping[str, Form]


@cache
def vocabulary() -> Forms:
    """Return the vocabulary of forms."""
    given = packaged_toml("catalog.vocabulary", "forms.toml")
    lists = {name: given.pop(name) for name in ("unspecified", "counted")}
    return Forms.model_validate(lists | {"forms": given})


def kinds_of(form: str) -> tuple[str, ...]:
    """Return a form and the broader ones, closest first: a print is one of the graphics."""
    known = vocabulary().forms.get(form)
    return (form, *kinds_of(known.broader)) if known and known.broader else (form,)


def label_of(form: str) -> str:
    """Return what an artwork of a form is called, without an article: `building`."""
    known = vocabulary().forms.get(form)
    return (known and known.label) or form.replace("-", " ")


def maker_of(form: str) -> str:
    """Return who makes artworks of a form: `photographer`, or `artist` if there is no such word."""
    known = vocabulary().forms.get(form)
    return known.makers[0] if known and known.makers else "artist"

"""Validation of templates on sample artworks, before they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from catalog.vocabulary import style_names
from models.enrichment.descriptions import Closest, DescriptionFacts, describe
from models.enrichment.wording import Template
from models.enrichment.words import TemplateError

MAX_CHARACTERS = 2_000
"""Maximum characters shown of a sample description."""
_ARTISTS = ("MONET, Claude", "Ann Berg; Carl Dahl", "after Ann Berg", None)
_FORMS = ("painting", "sculpture", None)
_TITLES = ("Lilies", "Untitled", None)
_NEAR = (Closest("x:1", "MONET, Claude", "Water-Lilies", 0.91), Closest("x:2", "ANNA", None, 0.9))


def check(template: Template) -> list[str]:
    """Render sample artworks with a template; return some of the descriptions.

    Raises:
        TemplateError: naming the file and the line, if it fails for one of them, gives several
            lines, states an unknown style, or states a guess as a fact.
    """
    names = {name for style in style_names() for name in (style, template.words.style(style))}
    styles = sorted(filter(None, names))
    samples: dict[str, None] = {}
    for facts in sample_works(template):
        text = describe(facts, template).text
        samples[text] = None
        if len(text) > MAX_CHARACTERS:
            raise TemplateError(
                f"{template.file}, line 1: writes {len(text):,} characters; "
                f"it must be 1 to {MAX_CHARACTERS:,}"
            )
        named = (name for name in styles if re.search(rf"\b{re.escape(name)}\b", text))
        if facts.style is None and (stated := next(named, None)):
            raise TemplateError(
                f"{template.file}, line {template.line_of(stated)}: states the style {stated!r} of "
                "an artwork of unknown style"
            )
    for facts in sample_works(template):
        guess = replace(facts, style_source="predicted", hedged=True)
        text = describe(guess, template).text
        known = describe(replace(guess, hedged=False), template).text
        if facts.style and text == known and str(template.words.style(facts.style)) in text:
            raise TemplateError(
                f"{template.file}, line {template.line_of('style')}: states a guessed style as "
                "a fact: add words {% if hedged %}"
            )
    return list(samples)


def sample_works(template: Template) -> Iterator[DescriptionFacts]:
    """Yield artworks with all, some or none of their facts known, and of each form."""
    known = style_names()[0]
    others = sorted(set(template.words.forms) - {*_FORMS, "other"})
    works = product(_FORMS, _ARTISTS, (known, None), _TITLES, (_NEAR, ()))
    for form, artist, style, title, closest in (
        *works,
        *((form, _ARTISTS[0], known, _TITLES[0], ()) for form in (*others, "Snuff bottles")),
    ):
        yield DescriptionFacts(
            artist=artist,
            profession="painter" if artist and form == "painting" else None,
            form=form,
            title=title,
            style=style,
            style_source="catalog" if style else "unknown",
            closest=() if artist else closest,
        )

"""Validation of templates on sample artworks, before they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from catalog.vocabulary import style_names
from models.enrichment.descriptions import Closest, DescriptionFacts, describe
from models.enrichment.template_error import TemplateError
from models.enrichment.wording import Template

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
    styles = _style_phrases(template)
    samples = [_render_sample(template, facts, styles) for facts in sample_works(template)]
    _check_guesses(template)
    return list(dict.fromkeys(samples))


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


def _style_phrases(template: Template) -> list[str]:
    """List the names of the styles, the vocabulary's and the language's own."""
    names = {name for style in style_names() for name in (style, template.words.style(style))}
    return sorted(filter(None, names))


def _render_sample(template: Template, facts: DescriptionFacts, styles: Sequence[str]) -> str:
    text = describe(facts, template).text
    if len(text) > MAX_CHARACTERS:
        raise TemplateError(
            f"{template.file}, line 1: writes {len(text):,} characters; "
            f"it must be 1 to {MAX_CHARACTERS:,}"
        )
    if facts.style is None and (stated := _style_in(text, styles)):
        raise TemplateError(
            f"{template.file}, line {template.line_of(stated)}: states the style {stated!r} of an "
            "artwork of unknown style"
        )
    return text


def _style_in(text: str, styles: Sequence[str]) -> str | None:
    found = (name for name in styles if re.search(rf"\b{re.escape(name)}\b", text))
    return next(found, None)


def _check_guesses(template: Template) -> None:
    for facts in sample_works(template):
        if facts.style is None:
            continue
        guess = replace(facts, style_source="predicted", hedged=True)
        text = describe(guess, template).text
        known = describe(replace(guess, hedged=False), template).text
        if text == known and str(template.words.style(facts.style)) in text:
            raise TemplateError(
                f"{template.file}, line {template.line_of('style')}: states a guessed style as "
                "a fact: add words {% if hedged %}"
            )

"""Descriptions of artworks: slots filled from the catalog or a prediction, or left out.

The built-in English template has the original project's wording: "This is an artwork from
painter MONET, Claude during the period of Impressionism. The title of this painting is ...".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Literal

from catalog.ingestion.artist_names import names_a_people, names_a_person
from catalog.normalise.artists import SEPARATOR, Artist, displayed, parse_artists
from catalog.normalise.markup import plain_text, plain_title
from catalog.normalise.titles import is_untitled
from models.enrichment import wording
from models.enrichment.wording import Template
from models.enrichment.words import TemplateError, Words

Source = Literal["catalog", "predicted", "reviewed", "unknown"]
LANGUAGE = "en"
WORDING = "wording"
"""The slot that records why a museum's template failed."""


@dataclass(frozen=True)
class Closest:
    """A similar artwork of a known artist."""

    artwork_id: str
    artist: str
    title: str | None
    similarity: float
    """Cosine similarity, rounded to two digits."""


@dataclass(frozen=True)
class DescriptionFacts:
    """The facts of an artwork; None is unknown. `hedged`: the style is a guess to be reviewed."""

    artist: str | None
    profession: str | None
    form: str | None
    title: str | None
    style: str | None
    style_source: Source
    hedged: bool = False
    closest: tuple[Closest, ...] = ()
    style_evidence: str | None = None
    """Kinds of evidence that a predicted style rests on, such as `image, facts`."""


@dataclass(frozen=True)
class Slot:
    """A filled slot of a description and the source of its value."""

    slot: str
    value: str | None
    source: str
    """A `Source`; of a predicted period also the evidence: `predicted from image, facts`."""


@dataclass(frozen=True)
class Description:
    """A description, and each of its slots."""

    text: str
    slots: tuple[Slot, ...]


def describe(facts: DescriptionFacts, template: Template | None = None) -> Description:
    """Write the description; an unknown slot is left out, never invented.

    The template is the built-in English one by default. Raises TemplateError if it fails.
    """
    template = template or built_in_template()
    words = template.words
    of_form = words.of_form(facts.form)
    closest = facts.closest if template.mentions_closest else ()
    artist, several, qualified = _artist_slots(facts.artist, words)
    title = plain_title(facts.title) if facts.title else None
    untitled = title is not None and is_untitled(title)
    text = template.render(
        {
            "artist": artist,
            "several": several,
            "qualified": qualified,
            "profession": facts.profession or None,
            "maker": words.maker(facts.form, facts.profession),
            "form": facts.form or None,
            "classification": facts.form if facts.form and not words.knows(facts.form) else None,
            "noun": of_form.noun if of_form else None,
            "thing": of_form.thing if of_form else None,
            "title": None if untitled else title,
            "untitled": untitled,
            "style": words.style(facts.style),
            "style_source": facts.style_source,
            "style_evidence": facts.style_evidence,
            "hedged": facts.hedged,
            "closest": [_closest_slots(work, words) for work in closest],
            "words": words.words,
        }
    )
    period: str = facts.style_source if facts.style else "unknown"
    if period == "predicted" and facts.style_evidence:
        period = f"predicted from {facts.style_evidence}"
    slots = [
        _from_catalog("artist", facts.artist),
        Slot("period", facts.style, period),
        _from_catalog("title", title),
        _from_catalog("form", facts.form),
    ]
    if closest:
        named = "; ".join(work.artwork_id for work in closest)
        slots.append(_from_catalog("closest", named))
    return Description(text, tuple(slots))


def _artist_slots(artist: str | None, words: Words) -> tuple[str | None, bool, bool]:
    """Return the artists in words, whether there are several, and whether not all are makers.

    One name is as catalogued, several are in natural order: `Ann Berg, Carl Dahl and Eva Falk`.
    Where one is qualified, each comes with its preposition: `by Ann Berg, after Carl Dahl`. So
    does a school or a trade: `catalogued under “British School”`. A nation is not a maker.
    """
    given = parse_artists(artist) if artist else ()
    if not given:
        return plain_text(artist) if artist else None, False, False
    artists = [each for each in given if not names_a_people(each.name)]
    several = len(artists) > 1
    if not all(each.is_maker and names_a_person(each.name) for each in artists):
        return _qualified(artists, words), several, True
    if several:
        return _joined([each.name for each in artists], words), True, False
    return artists[0].catalogued if artists else None, False, False


def _qualified(artists: Sequence[Artist], words: Words) -> str:
    """Phrases for makers first, then for qualified artists: `by A and B (publisher), after C`."""
    makers, schools, others = [], [], []
    for each in artists:
        name = _with_role(each, words)
        if each.qualifier:
            others.append(words.attribution(each.qualifier, name))
        elif names_a_person(each.name):
            makers.append(name)
        else:
            schools.append(words.attribution("catalogued under", name))
    by = [words.attribution("by", _joined(makers, words))] if makers else []
    return ", ".join([*by, *schools, *others])


def _with_role(artist: Artist, words: Words) -> str:
    role = words.makers.get(artist.role or "", artist.role if words.other_maker is None else None)
    return f"{artist.name} ({role})" if role and not artist.is_maker else artist.name


def _joined(names: Sequence[str], words: Words) -> str:
    conjunction = words.words.get("and")
    if not names[1:] or not conjunction:
        return SEPARATOR.join(names)
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


def _closest_slots(work: Closest, words: Words) -> dict[str, object]:
    artists = parse_artists(work.artist)
    is_made = all(each.is_maker for each in artists)
    artist = _artist_slots(work.artist, words)[0] if is_made else displayed(artists)
    title = plain_title(work.title) if work.title else None
    return {**asdict(work), "artist": artist, "title": title}


def describe_with_fallback(facts: DescriptionFacts, template: Template) -> Description:
    """Write the description, with the built-in template if the given one fails for these facts.

    Then the slot `WORDING` says why: a template that passes its checks may still fail
    for one artwork, which must not stop the others.
    """
    try:
        return describe(facts, template)
    except TemplateError as error:
        own = describe(facts, _own(template.language))
        failure = Slot(WORDING, None, f"the template failed: {error}")
        return replace(own, slots=(*own.slots, failure))


@cache
def _own(language: str) -> Template:
    """Return the built-in template of a language, the English one if there is none."""
    return wording.read(None, language) if wording.is_own(language) else built_in_template()


@cache
def built_in_template() -> Template:
    """Return the built-in English template."""
    return wording.read(None, LANGUAGE)


def _from_catalog(slot: str, value: str | None) -> Slot:
    return Slot(slot, value, "catalog" if value else "unknown")

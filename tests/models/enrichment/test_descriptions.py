from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.artists import Artist
from catalog.normalise.attributions import QUALIFIERS, ROLES
from catalog.normalise.markup import plain_title
from models.enrichment import wording
from models.enrichment.descriptions import DescriptionFacts, Slot, describe

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8"))


def facts(**given):
    known = {
        "artist": "MONET, Claude",
        "profession": "painter",
        "form": "painting",
        "title": "Water-Lilies",
        "style": "Impressionism",
        "style_source": "catalog",
    }
    return DescriptionFacts(**{**known, **given})


@pytest.mark.parametrize(
    ("language", "given", "sentence"),
    [(language, *case) for language, cases in SENTENCES.items() for case in cases],
)
def test_the_sentence(language, given, sentence):
    assert describe(facts(**given), wording.read(None, language)).text == sentence


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_language_has_words_for_every_qualifier_and_role(language):
    template = wording.read(None, language)
    assert set(template.words.attributions) == {"by", "catalogued under", *QUALIFIERS}
    assert language == "en" or set(template.words.makers) >= set(ROLES)
    for qualifier in ("", *QUALIFIERS):
        artist = Artist("Frances B.", "B., Frances", qualifier or None)
        text = describe(facts(artist=artist.written("Frances B."), style=None), template).text
        assert "Frances B" in text
        assert ".." not in text


@pytest.mark.parametrize("source", ["catalog", "predicted", "reviewed"])
def test_slots_tell_values_and_sources(source):
    assert describe(facts(style_source=source)).slots == (
        Slot("artist", "MONET, Claude", "catalog"),
        Slot("period", "Impressionism", source),
        Slot("title", "Water-Lilies", "catalog"),
        Slot("form", "painting", "catalog"),
    )


def test_what_is_left_out_is_unknown():
    nothing = dict.fromkeys(("artist", "profession", "form", "title", "style"))
    slots = describe(facts(**nothing, style_source="predicted")).slots
    assert {(slot.value, slot.source) for slot in slots} == {(None, "unknown")}


maybe = st.none() | st.text("ab. -é'?!", min_size=1, max_size=12)
artists = st.none() | st.text("abé", min_size=1, max_size=12)


@given(artists, maybe, maybe, maybe, maybe, st.booleans())
def test_every_known_fact_is_described_and_nothing_unknown(
    artist, profession, form, title, style, hedged
):
    facts = DescriptionFacts(artist, profession, form, title, style, "catalog", hedged)
    text = describe(facts).text
    told = (artist, title and plain_title(title), style)
    assert all(value is None or value in text for value in told)
    assert text.startswith("This is a")
    assert text.rstrip("'").endswith((".", "!", "?"))
    assert "None" not in text
    assert ("perhaps" in text) == bool(hedged and style)
    assert ("The title" in text) == bool(title)
    assert ("the period of" in text) == bool(style)
    assert ("are not known" in text) == (not artist and not title and not style)

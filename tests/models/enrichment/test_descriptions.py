import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.artists import Artist
from catalog.normalise.attributions import QUALIFIERS, ROLES
from catalog.normalise.markup import plain_title
from models.enrichment import wording
from models.enrichment.descriptions import DescriptionFacts, Slot, describe


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
    ("given", "sentence"),
    [
        (
            {},
            "This is an artwork from painter MONET, Claude during the period of Impressionism. "
            "The title of this painting is Water-Lilies.",
        ),
        (
            {
                "artist": "BERNINI, Gian Lorenzo",
                "profession": "sculptor",
                "form": "sculpture",
                "title": "David",
                "style": "Baroque",
            },
            "This is a sculpture from sculptor BERNINI, Gian Lorenzo during the period of the "
            "Baroque. The title of this sculpture is David.",
        ),
        (
            {"profession": "architect", "form": "architecture", "title": "View of the Dome"},
            "This is a building from architect MONET, Claude during the period of Impressionism. "
            "The title of this building is View of the Dome.",
        ),
        # a painter's drawing is a work on paper from a painter
        (
            {"form": "graphics"},
            "This is a work on paper from painter MONET, Claude during the period of "
            "Impressionism. The title of this work on paper is Water-Lilies.",
        ),
        (
            {"form": "stained-glass", "profession": "glass"},
            "This is a work in stained glass from glass artist MONET, Claude during the period of "
            "Impressionism. The title of this stained-glass work is Water-Lilies.",
        ),
        (
            {"artist": "Frances Johnston", "form": "photograph", "profession": None},
            "This is a photograph from photographer Frances Johnston during the period of "
            "Impressionism. The title of this photograph is Water-Lilies.",
        ),
        # a classification that no form is known for is told as it is
        (
            {"form": "Snuff bottles", "profession": "Potter; Enameller", "title": None},
            "This is an artwork (catalogued as “Snuff bottles”) from potter and enameller MONET, "
            "Claude during the period of Impressionism.",
        ),
        (
            {"artist": None, "style": None, "title": "[Untitled]"},
            "This is an artwork. It is untitled.",
        ),
        # several artists, and a hand that is not, or not surely, the artist's
        (
            {"artist": "MONET, Claude; Auguste Renoir"},
            "This is an artwork from painters Claude Monet and Auguste Renoir during the period of "
            "Impressionism. The title of this painting is Water-Lilies.",
        ),
        (
            {"artist": "Ann Berg; Carl Dahl; Eva Falk", "profession": None, "title": None},
            "This is an artwork from painters Ann Berg, Carl Dahl and Eva Falk during the period "
            "of Impressionism.",
        ),
        (
            {"artist": "Roman", "form": "sculpture", "style": None},
            "This is a sculpture. The title of this sculpture is Water-Lilies.",
        ),
        (
            {"artist": "Ann Berg; Carl Dahl", "profession": "sculptor; founder", "title": None},
            "This is an artwork from sculptor and founder Ann Berg and Carl Dahl during the period "
            "of Impressionism.",
        ),
        (
            {"artist": "after Claude Monet"},
            "This is an artwork after Claude Monet, from the period of Impressionism. "
            "The title of this painting is Water-Lilies.",
        ),
        (
            {"artist": "Ann Berg and workshop", "style": None, "title": None},
            "This is an artwork by Ann Berg and workshop.",
        ),
        (
            {"artist": "Weyden, Rogier van der, follower of", "form": "sculpture", "title": None},
            "This is a sculpture by a follower of Rogier van der Weyden, from the period of "
            "Impressionism.",
        ),
        (
            {"artist": "possibly by follower of Bosch", "hedged": True, "title": None},
            "This is an artwork possibly by a follower of Bosch, perhaps from the period of "
            "Impressionism.",
        ),
        (
            {"artist": "Ann Berg; after Carl Dahl; Eva Falk (publisher)", "style": None},
            "This is an artwork by Ann Berg and Eva Falk (publisher), after Carl Dahl. "
            "The title of this painting is Water-Lilies.",
        ),
        # a school or a trade is nobody's name
        (
            {"artist": "British School 17th century", "hedged": True, "title": None},
            "This is an artwork catalogued under “British School 17th century”, perhaps from the "
            "period of Impressionism.",
        ),
        (
            {"artist": "ARCHITECT, French", "form": "architecture", "style": None, "title": None},
            "This is a building catalogued under “French Architect”.",
        ),
        # an initial at the end has its full stop
        (
            {"artist": "Johnston, Frances B.", "style": None, "title": 'The "End."'},
            "This is an artwork from painter Johnston, Frances B. "
            'The title of this painting is The "End."',
        ),
        # markup of a web catalog
        (
            {"artist": "Currier &amp; Ives", "title": "<i>Water Lilies</i> &amp; more"},
            "This is an artwork from painter Currier & Ives during the period of Impressionism. "
            "The title of this painting is Water Lilies & more.",
        ),
        # what is not known is left out
        (
            {"artist": None, "profession": None},
            "This is an artwork from the period of Impressionism. "
            "The title of this painting is Water-Lilies.",
        ),
        (
            {"title": None},
            "This is an artwork from painter MONET, Claude during the period of Impressionism.",
        ),
        (
            {"style": None, "style_source": "unknown"},
            "This is an artwork from painter MONET, Claude. "
            "The title of this painting is Water-Lilies.",
        ),
        (
            {"form": None, "profession": None},
            "This is an artwork from artist MONET, Claude during the period of Impressionism. "
            "The title of this artwork is Water-Lilies.",
        ),
        (
            dict.fromkeys(("artist", "profession", "form", "title", "style")),
            "This is an artwork. Its artist, title and period are not known.",
        ),
        (
            {"artist": None, "title": None, "style": None, "form": "sculpture"},
            "This is a sculpture. Its artist, title and period are not known.",
        ),
        (
            {"artist": None, "style": None},
            "This is an artwork. The title of this painting is Water-Lilies.",
        ),
        # a title that ends its sentence itself
        (
            {"title": "Where Do We Come From?", "artist": None},
            "This is an artwork from the period of Impressionism. "
            "The title of this painting is Where Do We Come From?",
        ),
        (
            {"title": "The End.", "artist": None},
            "This is an artwork from the period of Impressionism. "
            "The title of this painting is The End.",
        ),
        # an accepted prediction reads as a label does; a guess is hedged
        (
            {"style_source": "predicted", "title": None},
            "This is an artwork from painter MONET, Claude during the period of Impressionism.",
        ),
        (
            {"style_source": "predicted", "hedged": True, "title": None},
            "This is an artwork from painter MONET, Claude, perhaps during the period of "
            "Impressionism.",
        ),
        (
            {"style_source": "predicted", "hedged": True, "artist": None},
            "This is an artwork, perhaps from the period of Impressionism. "
            "The title of this painting is Water-Lilies.",
        ),
        # a guess from the image alone is the weakest
        (
            {"style_evidence": "image", "hedged": True, "artist": None, "title": None},
            "This is an artwork, possibly from the period of Impressionism.",
        ),
        (
            {"style_evidence": "image, facts", "hedged": True, "artist": None, "title": None},
            "This is an artwork, perhaps from the period of Impressionism.",
        ),
    ],
)
def test_the_sentence(given, sentence):
    assert describe(facts(**given)).text == sentence


def test_german_has_the_same_content_with_few_facts():
    german = wording.read(None, "de")
    nothing = facts(**dict.fromkeys(("artist", "profession", "title", "style")))
    assert describe(nothing, german).text == (
        "Dies ist ein Gemälde. Künstler, Titel und Epoche sind nicht bekannt."
    )
    guess = facts(artist=None, title=None, hedged=True, style_evidence="image")
    assert describe(guess, german).text == (
        "Dies ist ein Gemälde, möglicherweise aus der Zeit des Impressionismus."
    )


def test_german_names_several_artists():
    several = facts(artist="Ann Berg; Carl Dahl", style=None)
    assert describe(several, wording.read(None, "de")).text == (
        "Dies ist ein Gemälde von Ann Berg und Carl Dahl (Malerei). Der Titel dieses Gemäldes "
        "lautet: Water-Lilies."
    )


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


def test_german_names_a_qualified_artist():
    qualified = facts(artist="follower of Rogier van der Weyden", style=None, title=None)
    assert describe(qualified, wording.read(None, "de")).text == (
        "Dies ist ein Gemälde aus der Nachfolge von Rogier van der Weyden."
    )


def test_slots_tell_values_and_sources():
    assert describe(facts()).slots == (
        Slot("artist", "MONET, Claude", "catalog"),
        Slot("period", "Impressionism", "catalog"),
        Slot("title", "Water-Lilies", "catalog"),
        Slot("form", "painting", "catalog"),
    )


@pytest.mark.parametrize("source", ["catalog", "predicted", "reviewed"])
def test_the_period_has_the_source_of_the_style(source):
    slots = {slot.slot: slot for slot in describe(facts(style_source=source)).slots}
    assert slots["period"] == Slot("period", "Impressionism", source)


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

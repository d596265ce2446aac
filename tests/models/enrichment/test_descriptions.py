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


ALONE = {"title": None, "style": None}
NOBODY = {"artist": None, "title": None}
MONET = "This is an artwork from painter MONET, Claude"
LILIES = "The title of this painting is Water-Lilies."
PERIOD = "the period of Impressionism"
SENTENCES = [
    ({}, f"{MONET} during {PERIOD}. {LILIES}"),
    (
        {"form": "sculpture", "profession": "sculptor", "title": "David", "style": "Baroque"},
        "This is a sculpture from sculptor MONET, Claude during the period of the Baroque. "
        "The title of this sculpture is David.",
    ),
    (
        {"form": "architecture", "profession": "architect", "title": "View of the Dome"},
        f"This is a building from architect MONET, Claude during {PERIOD}. "
        "The title of this building is View of the Dome.",
    ),
    # a painter's drawing is a work on paper from a painter
    (
        {"form": "graphics"},
        f"This is a work on paper from painter MONET, Claude during {PERIOD}. "
        "The title of this work on paper is Water-Lilies.",
    ),
    (
        {"form": "stained-glass", "profession": "glass"},
        f"This is a work in stained glass from glass artist MONET, Claude during {PERIOD}. "
        "The title of this stained-glass work is Water-Lilies.",
    ),
    (
        {"artist": "Frances Johnston", "form": "photograph", "profession": None, **ALONE},
        "This is a photograph from photographer Frances Johnston.",
    ),
    # a classification that no form is known for is told as it is
    (
        {"form": "Snuff bottles", "profession": "Potter; Enameller", **ALONE},
        "This is an artwork (catalogued as “Snuff bottles”) from potter and enameller MONET, "
        "Claude.",
    ),
    ({**NOBODY, "style": None, "title": "[Untitled]"}, "This is an artwork. It is untitled."),
    # several artists, and a hand that is not, or not surely, the artist's
    (
        {"artist": "MONET, Claude; Auguste Renoir"},
        f"This is an artwork from painters Claude Monet and Auguste Renoir during {PERIOD}. "
        f"{LILIES}",
    ),
    (
        {"artist": "Roman", "form": "sculpture", "style": None},
        "This is a sculpture. The title of this sculpture is Water-Lilies.",
    ),
    (
        {"artist": "Ann Berg; Carl Dahl", "profession": "sculptor; founder", **ALONE},
        "This is an artwork from sculptor and founder Ann Berg and Carl Dahl.",
    ),
    (
        {"artist": "after Claude Monet"},
        f"This is an artwork after Claude Monet, from {PERIOD}. {LILIES}",
    ),
    (
        {"artist": "possibly by follower of Bosch", "hedged": True, "title": None},
        f"This is an artwork possibly by a follower of Bosch, perhaps from {PERIOD}.",
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
        f"This is an artwork from painter Currier & Ives during {PERIOD}. "
        "The title of this painting is Water Lilies & more.",
    ),
    # what is not known is left out
    ({"artist": None, "profession": None}, f"This is an artwork from {PERIOD}. {LILIES}"),
    ({"title": None}, f"{MONET} during {PERIOD}."),
    ({"style": None, "style_source": "unknown"}, f"{MONET}. {LILIES}"),
    (
        {"form": None, "profession": None, "style": None},
        "This is an artwork from artist MONET, Claude. The title of this artwork is Water-Lilies.",
    ),
    (
        dict.fromkeys(("artist", "profession", "form", "title", "style")),
        "This is an artwork. Its artist, title and period are not known.",
    ),
    (
        {**NOBODY, "style": None, "form": "sculpture"},
        "This is a sculpture. Its artist, title and period are not known.",
    ),
    ({"artist": None, "style": None}, f"This is an artwork. {LILIES}"),
    # a title that ends its sentence itself
    *(
        (
            {"title": title, "artist": None, "style": None},
            f"This is an artwork. The title of this painting is {title}",
        )
        for title in ("Where Do We Come From?", "The End.")
    ),
    # an accepted prediction reads as a label does; a guess is hedged
    ({"style_source": "predicted", "title": None}, f"{MONET} during {PERIOD}."),
    (
        {"style_source": "predicted", "hedged": True, "title": None},
        f"{MONET}, perhaps during {PERIOD}.",
    ),
    (
        {"style_source": "predicted", "hedged": True, "artist": None},
        f"This is an artwork, perhaps from {PERIOD}. {LILIES}",
    ),
    # a guess from the image alone is the weakest
    (
        {"style_evidence": "image", "hedged": True, **NOBODY},
        f"This is an artwork, possibly from {PERIOD}.",
    ),
    (
        {"style_evidence": "image, facts", "hedged": True, **NOBODY},
        f"This is an artwork, perhaps from {PERIOD}.",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), SENTENCES)
def test_the_sentence(given, sentence):
    assert describe(facts(**given)).text == sentence


ARTISTS = {
    "Ann Berg; Carl Dahl; Eva Falk": "from painters Ann Berg, Carl Dahl and Eva Falk",
    "Ann Berg and workshop": "by Ann Berg and workshop",
    "Weyden, Rogier van der, follower of": "by a follower of Rogier van der Weyden",
    "Ann Berg; after Carl Dahl; Eva Falk (publisher)": (
        "by Ann Berg and Eva Falk (publisher), after Carl Dahl"
    ),
    # a school or a trade is nobody's name
    "British School 17th century": "catalogued under “British School 17th century”",
    "ARCHITECT, French": "catalogued under “French Architect”",
}


@pytest.mark.parametrize(("artist", "phrase"), ARTISTS.items())
def test_artists_are_named_with_their_part_in_the_work(artist, phrase):
    given = facts(artist=artist, profession=None, **ALONE)
    assert describe(given).text == f"This is an artwork {phrase}."


GERMAN = [
    (
        dict.fromkeys(("artist", "profession", "title", "style")),
        "Dies ist ein Gemälde. Künstler, Titel und Epoche sind nicht bekannt.",
    ),
    (
        {**NOBODY, "hedged": True, "style_evidence": "image"},
        "Dies ist ein Gemälde, möglicherweise aus der Zeit des Impressionismus.",
    ),
    (
        {"artist": "Ann Berg; Carl Dahl", "style": None},
        "Dies ist ein Gemälde von Ann Berg und Carl Dahl (Malerei). "
        "Der Titel dieses Gemäldes lautet: Water-Lilies.",
    ),
    (
        {"artist": "follower of Rogier van der Weyden", **ALONE},
        "Dies ist ein Gemälde aus der Nachfolge von Rogier van der Weyden.",
    ),
    (
        {"title": "Seerosen"},
        "Dies ist ein Gemälde von MONET, Claude (Malerei) aus der Zeit des Impressionismus. "
        "Der Titel dieses Gemäldes lautet: Seerosen.",
    ),
    (
        {**NOBODY, "form": None, "hedged": True},
        "Dies ist ein Kunstwerk, vielleicht aus der Zeit des Impressionismus.",
    ),
    ({"profession": "luthier", **ALONE}, "Dies ist ein Gemälde von MONET, Claude."),
]


@pytest.mark.parametrize(("given", "sentence"), GERMAN)
def test_a_sentence_in_german(given, sentence):
    assert describe(facts(**given), wording.read(None, "de")).text == sentence


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

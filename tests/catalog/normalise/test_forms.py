from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.forms import form_of
from catalog.vocabulary.forms import vocabulary


@pytest.mark.parametrize(
    ("technique", "form"),
    [
        ("oil on canvas", "painting"),
        ("Oil on Panel", "painting"),
        ("tempera and oil on plaster", "painting"),
        ("fresco", "painting"),
        ("watercolour on ivory", "miniature"),
        ("watercolour over pencil", "watercolour"),
        ("Ink and colour on silk", "painting"),
        ("oil on copper", "painting"),
        ("marble", "sculpture"),
        ("gilded bronze", "sculpture"),
        ("polychrome wood", "sculpture"),
        ("glazed terracotta", "sculpture"),
        ("engraving", "print"),
        ("etchings and drypoint", "print"),
        ("pen and brown ink on paper", "drawing"),
        ("silverpoint on paper", "drawing"),
        ("Indian ink wash", "graphics"),
        ("gelatin silver print", "photograph"),
        ("Épreuve gélatino-argentique", "photograph"),
        ("Öl auf Leinwand", "painting"),
        ("clear glass with diamond-point engraving", "glassware"),
        ("lead pencil", "drawing"),
        ("mahogany, gilt bronze", "furniture"),
        ("silver, partly gilt", "metalwork"),
        ("enamel on copper", "metalwork"),
        ("illumination on parchment", "illumination"),
        ("stained glass window", "stained-glass"),
        ("mosaic", "mosaic"),
        ("tapestry, wool and silk", "tapestry"),
        ("hard-paste porcelain", "ceramics"),
        ("stoneware", "ceramics"),
        # words that only look like one
        ("photo", None),
        ("a portfolio of pennies", None),
        ("stained oak", None),
        ("", None),
        (None, None),
    ],
)
def test_how_it_was_made_tells_the_form(technique, form):
    assert form_of(technique, None) == form


@pytest.mark.parametrize(
    ("profession", "form"),
    [
        ("painter", "painting"),
        ("sculptor", "sculpture"),
        ("Architect", "architecture"),
        ("graphic", "graphics"),
        ("glass", "stained-glass"),
        ("photographer", "photograph"),
        ("Druckgrafik", None),
        ("patron", None),
        (None, None),
    ],
)
def test_else_its_maker_does(profession, form):
    assert form_of("photo", profession) == form
    assert form_of(None, profession) == form


@pytest.mark.parametrize(
    ("classification", "form"),
    [
        ("photographs", "photograph"),
        ("Japanese prints", "print"),
        ("OIL PAINTINGS", "painting"),
        ("Sculpture-Bronze", "sculpture"),
        ("Ceramics > Porcelain", "ceramics"),
        ("Print (etching)", "print"),
        ("Print, Lithograph", "print"),
        ("Photograph, Gelatin silver", "photograph"),
        ("photographs (visual works)", "photograph"),
        ("Works on Paper", "graphics"),
        ("Set of 12 etchings", "print"),
        ("Drawing instruments", "implement"),
        ("Model of a building", "model"),
        ("Arms &amp; Armor", "arms"),
        ("Jewelry", "jewellery"),
        ("Costume and Accessories", "costume"),
        ("Film and Video", "film"),
        ("Time-Based Media Art", "media-art"),
        # other languages, their plurals and compounds
        ("Ölgemälde", "painting"),
        ("Handzeichnungen", "drawing"),
        ("Farbholzschnitt", "print"),
        ("Möbel", "furniture"),
        ("peinture à l'huile", "painting"),
        ("Tableaux", "painting"),
        ("Tapisseries", "tapestry"),
        ("arte decorativa", "decorative-art"),
        ("schilderijen", "painting"),
        # several of one kind
        ("Prints and Drawings", "graphics"),
        ("drawings & watercolors", "graphics"),
        ("Textiles/Costume", "textile"),
    ],
)
def test_the_classification_tells_the_form_whatever_it_is_made_of(classification, form):
    assert form_of("oil on canvas, silver frame", "goldsmith", classification) == form


@pytest.mark.parametrize(
    "classification",
    ["Snuff bottles", "Asian Art", "Study for a painting", "Paintings; Tools", "Ⅻ"],
)
def test_a_classification_that_is_not_understood_stays_as_given(classification):
    assert form_of("gelatin silver print", "painter", f" {classification}\n") == classification


@pytest.mark.parametrize("nothing", [None, "", "(not assigned)", "Other", "-", "n/a", "Unbekannt"])
def test_a_classification_that_says_nothing_is_none(nothing):
    assert form_of("etching", None, nothing) == "print"
    assert form_of("etching", None, None, nothing) == "print"


def test_the_technique_chooses_between_several_forms():
    assert form_of("oil on canvas", None, "Painting and Sculpture") == "painting"
    assert form_of("lithograph", None, "Prints|Ephemera") == "print"


def test_a_type_tells_the_form_where_it_is_one():
    assert form_of("oak", None, None, "Photographs") == "photograph"
    assert form_of("etching", None, "Drawing", "Print") == "drawing"
    # what a painting shows is no form
    assert form_of("oil on canvas", None, None, "architecture") == "painting"
    assert form_of("oil on canvas", None, None, "portrait") == "painting"


@pytest.mark.parametrize("field", ["names", "techniques", "makers"])
def test_each_term_of_the_vocabulary_stands_for_one_form(field):
    forms = vocabulary().forms.values()
    terms = [term.casefold().lstrip("-") for form in forms for term in getattr(form, field)]
    assert [term for term, count in Counter(terms).items() if count > 1] == []


def test_every_name_is_read_as_its_form():
    for form, each in vocabulary().forms.items():
        assert {name: form_of(None, None, name) for name in each.names} == dict.fromkeys(
            each.names, form
        )
        assert each.broader is None or each.broader in vocabulary().forms


def test_the_technique_says_more_than_the_maker():
    assert form_of("black chalk", "sculptor") == "drawing"
    assert form_of("marble", "painter") == "sculpture"


maybe = st.none() | st.text(max_size=30)


@given(maybe, maybe, maybe, maybe)
def test_any_text_has_a_form_of_the_vocabulary_or_its_own(technique, profession, given, type_given):
    form = form_of(technique, profession, given, type_given)
    assert form is None or form in vocabulary().forms or form == form.strip()

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.forms import form_of


@pytest.mark.parametrize(
    ("technique", "form"),
    [
        ("oil on canvas", "painting"),
        ("Oil on Panel", "painting"),
        ("tempera and oil on plaster", "painting"),
        ("fresco", "painting"),
        ("watercolour on ivory", "painting"),
        ("oil on copper", "painting"),
        ("marble", "sculpture"),
        ("gilded bronze", "sculpture"),
        ("polychrome wood", "sculpture"),
        ("glazed terracotta", "sculpture"),
        ("engraving", "graphics"),
        ("etchings and drypoint", "graphics"),
        ("pen and brown ink on paper", "graphics"),
        ("silverpoint on paper", "graphics"),
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
        ("patron", None),
        (None, None),
    ],
)
def test_else_its_maker_does(profession, form):
    assert form_of("photo", profession) == form
    assert form_of(None, profession) == form


def test_the_technique_says_more_than_the_maker():
    assert form_of("black chalk", "sculptor") == "graphics"
    assert form_of("marble", "painter") == "sculpture"


@given(st.none() | st.text(max_size=30), st.none() | st.text(max_size=10))
def test_any_text_has_a_known_form_or_none(technique, profession):
    from models.enrichment.descriptions import DescriptionFacts, describe

    form = form_of(technique, profession)
    assert form is None or form.replace("-", "").isalpha()
    facts = DescriptionFacts(None, None, form, None, None, "unknown")
    assert describe(facts).text.startswith("This is a")

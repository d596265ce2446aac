from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.forms import form_of
from catalog.vocabulary.forms import vocabulary

from .rows import pairs, rows


@pytest.mark.parametrize(("technique", "form"), pairs("forms", "technique"))
def test_how_it_was_made_tells_the_form(technique, form):
    assert form_of(technique, None) == form


@pytest.mark.parametrize(("profession", "form"), pairs("forms", "profession"))
def test_else_its_maker_does(profession, form):
    assert form_of("photo", profession) == form_of(None, profession) == form


@pytest.mark.parametrize(("classification", "form"), pairs("forms", "classification"))
def test_the_classification_tells_the_form_whatever_it_is_made_of(classification, form):
    assert form_of("oil on canvas, silver frame", "goldsmith", classification) == form


@pytest.mark.parametrize("classification", rows("forms", "kept"))
def test_a_classification_that_is_not_understood_stays_as_given(classification):
    assert form_of("gelatin silver print", "painter", f" {classification}\n") == classification


@pytest.mark.parametrize("nothing", rows("forms", "nothing"))
def test_a_classification_that_says_nothing_is_none(nothing):
    assert form_of("etching", None, nothing) == "print"
    assert form_of("etching", None, None, nothing) == "print"


@pytest.mark.parametrize(("given_facts", "form"), rows("forms", "chosen"))
def test_which_fact_tells_the_form(given_facts, form):
    assert form_of(*given_facts) == form


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


@given(*[st.none() | st.text(max_size=30)] * 4)
def test_any_text_has_a_form_of_the_vocabulary_or_its_own(technique, profession, given, type_given):
    form = form_of(technique, profession, given, type_given)
    assert form is None or form in vocabulary().forms or form == form.strip()

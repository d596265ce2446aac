"""Templates: what a museum may write, and what is refused before anything is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.storage import tables
from catalog.vocabulary import style_names
from models.enrichment import template_check, wording
from models.enrichment.describing import describe_artworks, templates
from models.enrichment.descriptions import Closest, DescriptionFacts, built_in_template, describe
from models.enrichment.words import TemplateError
from tests.building import put, rows_of

FIT = (
    "{% if artist %}{{ artist }}{% else %}?{% endif %}"
    "{% if style %}: {{ style }}{% if hedged %}?{% endif %}{% endif %}"
)


@pytest.fixture
def write(tmp_path):
    """Writes a template, and perhaps its words; the file."""

    def write(source, words=None, language="xx"):
        file = tmp_path / f"{language}.j2"
        file.write_text(source, encoding="utf-8")
        if words is not None:
            file.with_suffix(".toml").write_text(words, encoding="utf-8")
        return file

    return write


def check(file):
    return template_check.check(wording.read(file, file.stem))


@pytest.mark.parametrize("language", ["en", "de"])
def test_own_templates_are_fit_and_have_words_for_all(language):
    template = wording.read(None, language)
    assert template_check.check(template)
    assert set(template.words.styles) == set(style_names())
    assert set(template.words.forms) == set(built_in_template().words.forms)
    assert set(template.words.words) == set(built_in_template().words.words)


def test_a_qualifier_without_words_is_written_as_it_is(write):
    template = wording.read(write("{{ artist }}", ""), "xx")
    facts = DescriptionFacts("X, follower of", None, None, None, None, "unknown")
    assert describe(facts, template).text == "(follower of X)"


def test_no_template_writes_two_full_stops_after_an_abbreviation(write):
    template = wording.read(write("By {{ artist }}. More."), "xx")
    facts = DescriptionFacts("Johnston, Frances B.", None, None, None, None, "unknown")
    assert describe(facts, template).text == "By Johnston, Frances B. More."


def test_close_works_are_a_sentence_of_their_own():
    near = (Closest("x:1", "MONET", "Lilies", 0.9), Closest("x:2", "ANNA", None, 0.8))
    facts = DescriptionFacts(None, None, "painting", None, None, "unknown", closest=near)
    told = describe(facts)
    assert told.text == (
        "This is an artwork. Its artist, title and period are not known. "
        "Closest in the catalog: Lilies by MONET; an untitled work by ANNA."
    )
    assert (told.slots[-1].slot, told.slots[-1].value) == ("closest", "x:1; x:2")


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("A\n{{ artis }}", 2, "there is no slot 'artis'"),
        ("{% if title %}\n\n{{ work.title }}{% endif %}", 3, "there is no slot 'work'"),
        ("A\n{% if %}", 2, "Expected an expression"),
        ("A {% if artist %}", 1, "Unexpected end of template"),
        ("By {{ artist }}.", 1, "uses a slot whose value may be unknown"),
        ("A\n{%- if hedged %}x{% endif %} {{ style }}", 2, "uses a slot whose value may be"),
        ("{{ words.missing }}", 1, "has no attribute 'missing'"),
        ("{% for w in closest %}{{ w }}{% endfor %}x", 1, "outputs a list"),
        (f"{FIT}\nMore.", 1, "more than one line"),
        ("{{ style or 'Baroque' }}{% if hedged %}?{% endif %}", 1, "states the style 'Baroque'"),
        ("A{% if style %} of {{ style }}{% endif %}", 1, "states a guessed style"),
        ("{% if artist %}x{% endif %}", 1, "writes 0 characters"),
        (f"{FIT}{'x' * 3000}", 1, "characters; it must be 1 to 2,000"),
        ("x{{ artist.upper() }}", 1, "cannot call"),
        ("x\n{% include 'en.j2' %}", 2, "cannot call or include anything"),
    ],
)
def test_a_template_that_is_not_fit_is_refused_with_its_line(write, source, line, message):
    file = write(source, "")
    with pytest.raises(TemplateError) as error:
        check(file)
    told = str(error.value)
    assert told.startswith(f"{file}, line {line}: "), told
    assert message in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("a = 1 b = 2", "(at line 1, column"),
        ("[forms]\npainting = { noun = 'a' }", "forms.painting.thing: Field required"),
        ("[style]", "style: Extra inputs"),
    ],
)
def test_words_that_cannot_be_read_are_refused(write, words, message):
    file = write(FIT, words)
    with pytest.raises(TemplateError) as error:
        check(file)
    assert str(error.value).startswith(str(file.with_suffix(".toml")))
    assert message in str(error.value)


TEMPLATES = {language: wording.read(None, language) for language in ("en", "de")}
texts = st.text(max_size=20)
near = st.builds(Closest, texts, texts.filter(bool), st.none() | texts, st.floats(0, 1))


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.none() | texts, min_size=5, max_size=5),
    st.booleans(),
    st.lists(near, max_size=3),
    st.sampled_from(["en", "de"]),
)
def test_any_facts_are_described_in_one_line(known, hedged, closest, language):
    facts = DescriptionFacts(*known, "catalog", hedged, tuple(closest))
    told = describe(facts, TEMPLATES[language]).text
    assert told.startswith(("This is a", "Dies ist ein"))
    assert len(told.splitlines()) == 1


def test_what_looks_like_a_template_in_a_title_is_written_as_it_is():
    title = "{{ 7 * 7 }} <3 &"
    facts = DescriptionFacts(None, None, None, title, None, "unknown")
    assert describe(facts).text == f"This is an artwork. The title of this artwork is {title}."


@pytest.fixture
def works(home):
    put(home, "artworks", *({"artwork_id": f"x:{n}", "catalog": "x", "title": "T"} for n in "12"))
    return home


def sentences(home):
    assert describe_artworks(home, None, None).checks == ()
    return [(row["description"], row["descriptions"]) for row in rows_of(home, "enriched")]


def test_a_museums_template_rewrites_sentences_and_nothing_else(works, write, monkeypatch):
    english = "This is an artwork. The title of this artwork is T."
    assert sentences(works) == [(english, [{"language": "en", "text": english}])] * 2
    folder = write("{{ title or 'A work' }}!" + FIT, language="en").parent
    write("Une œuvre" + FIT, language="fr")
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(folder))
    monkeypatch.setenv("ARTCAT_LANGUAGES", "fr, en,de")
    ((first, told), _) = sentences(works)
    assert first == "Une œuvre?"
    assert [each["language"] for each in told] == ["fr", "en", "de"]
    assert [each["text"] for each in told] == [
        *("Une œuvre?", "T!?"),
        "Dies ist ein Kunstwerk. Der Titel dieses Kunstwerks lautet: T.",
    ]
    before = tables.versions(works)
    sentences(works)
    assert tables.versions(works) == before


def test_a_template_that_is_not_fit_stops_before_anything_is_written(works, write, monkeypatch):
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(write("{{ artist }}", language="en").parent))
    before = tables.versions(works)
    with pytest.raises(TemplateError, match=r"en.j2, line 1: "):
        describe_artworks(works, None, None)
    assert tables.versions(works) == before


def test_a_language_or_folder_that_is_not_there_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("ARTCAT_LANGUAGES", "fr")
    with pytest.raises(TemplateError, match=r"write fr.j2 in the folder"):
        templates()
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(tmp_path / "none"))
    with pytest.raises(TemplateError, match="there is no folder"):
        templates()


def test_words_and_source_make_the_key(write):
    keys = {
        wording.read(write(source, words), "xx").digest
        for source in (FIT, f"{FIT}.")
        for words in ("", "[words]\na = 'b'")
    }
    assert len(keys) == 4

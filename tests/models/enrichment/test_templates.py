"""Templates: what a museum may write, and what is refused, quickly and in one line."""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import ArtcatError
from catalog.storage import tables
from catalog.vocabulary import style_names
from models.enrichment import template_check, wording
from models.enrichment.describing import describe_artworks, templates
from models.enrichment.descriptions import (
    Closest,
    DescriptionFacts,
    built_in_template,
    describe,
    describe_with_fallback,
)
from models.enrichment.template_language import FILTERS, TESTS
from models.enrichment.words import TemplateError
from tests.building import put, rows_of

CASES = yaml.safe_load(Path(__file__).with_name("templates.yaml").read_text("utf-8"))
FIT = (
    "{% if artist %}{{ artist }}{% else %}?{% endif %}"
    "{% if style %}: {{ style }}{% if hedged %}?{% endif %}{% endif %}"
)
SECONDS = 5.0
"""The time that any template may take; most are refused in a few milliseconds."""


def about(**known):
    """Facts of which only these are known."""
    unknown = dict.fromkeys(("artist", "profession", "form", "title", "style"))
    return DescriptionFacts(**{**unknown, "style_source": "unknown", **known})


def check(file):
    begin = time.monotonic()
    try:
        return template_check.check(wording.read(file, file.stem))
    finally:
        assert time.monotonic() - begin < SECONDS


def refused(call, *given):
    with pytest.raises(TemplateError) as error:
        call(*given)
    assert len(str(error.value).splitlines()) == 1
    return str(error.value)


@pytest.fixture
def write(tmp_path):
    """Writes a template, and perhaps its words; the file."""

    def write(source=FIT, words=None, language="xx"):
        file = tmp_path / f"{language}.j2"
        file.write_text(source, encoding="utf-8")
        if words is not None:
            file.with_suffix(".toml").write_text(words, encoding="utf-8")
        return file

    return write


def nested(depth, begin, middle, end):
    return begin * depth + middle + end * depth


LONG = {
    # nested too deeply, for Jinja, for Python's compiler or for a sentence
    "parentheses": (nested(5_000, "{{ " + "(", "1", ")") + " }}", "xx.j2"),
    "parentheses in one": ("{{ " + nested(3_000, "(", "1", ")") + " }}", "nested too deeply"),
    "fifty parentheses of not": ("{{ " + "not " * 60 + "title }}", "line 1: it is nested"),
    "four hundred nots": ("{{ " + "not " * 4_000 + "title }}", "nested too deeply"),
    "conditions": (nested(90, "{% if title %}", "x", "{% endif %}"), "nested more than 40"),
    "a thousand conditions": (nested(700, "{% if title %}", "x", "{% endif %}"), "nested"),
    "loops": (nested(25, "{% for w in closest %}", "x", "{% endfor %}"), "cannot be nested"),
    "lists": ("{{ " + "[" * 2_000 + "]" * 2_000 + " }}", "nested too deeply"),
    "subscripts": ("{{ title" + "[0]" * 500 + " }}", "nested more than 40"),
    "a chain of filters": ("{{ title" + "|upper" * 500 + " }}", "nested more than 40"),
    "a chain of or": ("{{ " + "title or " * 300 + "'x' }}", "nested more than 40"),
    "conditional expressions": ("{{ " + "1 if title else " * 900 + "2 }}", "nested"),
    "negations": ("{{ " + "-" * 5_000 + "1 }}", "nested too deeply"),
    "digits": ("{{ " + "9" * 5_000 + " }}", "xx.j2: it is not a valid template: Exceeds the limit"),
    "doubling": (
        "{% set a = title ~ title %}" + "{% set a = a ~ a %}" * 60,
        "not put them together",
    ),
    "a long separator": (f"{{{{ closest|join('{'x' * 500}') }}}}", "more than 100 characters"),
    "too many parts": ("{{ 'a' }}" * 2_100, "more than 2,000 parts"),
    "too long": ("x" * 20_001, "more than 20,000 bytes"),
    "two lines": (f"{FIT}\nMore.", "line 1: the description has more than one line"),
    "long": (f"{FIT}{'x' * 3000}", "line 1: writes 3,023 characters; it must be 1 to 2,000"),
}
REFUSED = CASES["refused"] | LONG


@pytest.mark.parametrize(("source", "said"), REFUSED.values(), ids=REFUSED)
def test_a_template_that_is_not_fit_is_refused_with_its_line(write, source, said):
    file = write(source, "")
    told = refused(check, file)
    assert told.count(str(file)) == 1
    assert said in told
    assert len(told) < len(str(file)) + 500


@pytest.mark.parametrize(("source", "told"), CASES["fitting"].values(), ids=CASES["fitting"])
def test_what_a_sentence_needs_is_there(write, source, told):
    assert told in check(write(source))


def large(file):
    with file.open("wb") as written:
        written.truncate(1 << 30)


FILES = {
    "a device": (lambda file: file.symlink_to("/dev/zero"), "it is a device, not a file"),
    "an endless device": (lambda file: file.symlink_to("/dev/urandom"), "it is a device"),
    "a pipe": (os.mkfifo, "it is a pipe"),
    "a folder": (lambda file: file.mkdir(), "it is a folder"),
    "a link to nothing": (lambda file: file.symlink_to("nowhere"), "No such file"),
    "a link to itself": (lambda file: file.symlink_to(file), "Too many levels of symbolic links"),
    "a gigabyte": (large, "has more than"),
    "Latin-1": (lambda file: file.write_bytes(b"a\nb\xe9"), "not UTF-8, line 2"),
    "UTF-16": (lambda file: file.write_bytes("x = 1".encode("utf-16")), "not UTF-8"),
    "a picture": (lambda file: file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0"), "not UTF-8"),
    "bytes of zero": (lambda file: file.write_bytes(b"\0" * 100), ""),
}


@pytest.mark.parametrize("suffix", ["j2", "toml"])
@pytest.mark.parametrize(("make", "said"), FILES.values(), ids=FILES)
def test_what_is_no_text_is_refused_by_name(write, make, said, suffix, monkeypatch):
    file = write(language="en").with_suffix(f".{suffix}")
    file.unlink(missing_ok=True)
    make(file)
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(file.parent))
    begin = time.monotonic()
    told = refused(lambda: template_check.check(wording.from_folder(file.parent, "en")))
    assert time.monotonic() - begin < SECONDS
    assert str(file) in told
    assert said in told


MANY = "".join(f"f{n} = {{noun='a', thing='b', maker='c'}}\n" for n in range(201))
WORDS = CASES["words"] | {
    "nested lists": ("a = " + "[" * 5_000 + "]" * 5_000, "nested too deeply"),
    "nested tables": ("a = " + "{a=" * 3_000 + "1" + "}" * 3_000, "nested too deeply"),
    "a deep key": ("a" + ".a" * 4_000 + " = 1", "a: Extra inputs"),
    "digits": ("[words]\na = " + "9" * 5_000, "Exceeds the limit"),
    "a long word": (f"[words]\na = '{'x' * 501}'", "at most 500 characters"),
    "many forms": (f"[forms]\n{MANY}", "forms: Dictionary should have at most 200 items"),
    "too large": ("#" * 100_001, "more than 100,000 bytes"),
    "a long name": (f"'{'k' * 50_000}' = 1", "Extra inputs"),
}


@pytest.mark.parametrize(("words", "said"), WORDS.values(), ids=WORDS)
def test_words_that_cannot_be_used_are_refused(write, words, said):
    file = write(words=words).with_suffix(".toml")
    told = refused(check, file.with_suffix(".j2"))
    assert told.count(str(file)) == 1
    assert said in told
    assert len(told) < len(str(file)) + 800


@pytest.mark.parametrize("language", ["en", "de"])
def test_own_templates_are_fit_and_have_words_for_all(language):
    template = wording.read(None, language)
    assert template_check.check(template)
    assert set(template.words.styles) == set(style_names())
    assert set(template.words.forms) == set(built_in_template().words.forms)
    assert set(template.words.words) == set(built_in_template().words.words)


@pytest.mark.parametrize(
    ("source", "words", "facts", "sentence"),
    [
        # a qualifier without words is written as it is
        ("{{ artist }}", "", {"artist": "X, follower of"}, "(follower of X)"),
        # an abbreviation has a full stop
        ("By {{ artist }}. More.", None, {"artist": "Johnston, F. B."}, "By Johnston, F. B. More."),
        # controls are blanks
        (
            "{{ words.a }}{{ title }}",
            '[words]\na = "b\\u0000\\u001b\\n"',
            {"title": "T\0\x85"},
            "b   T",
        ),
        # words may begin with a byte order mark
        ("{{ words.a }}", "\ufeff[words]\na = 'b'", {}, "b"),
    ],
)
def test_a_museums_sentence(write, source, words, facts, sentence):
    assert describe(about(**facts), wording.read(write(source, words), "xx")).text == sentence


def test_close_works_are_a_sentence_of_their_own():
    near = (Closest("x:1", "MONET", "Lilies", 0.9), Closest("x:2", "ANNA", None, 0.8))
    told = describe(about(form="painting", closest=near))
    assert told.text == (
        "This is an artwork. Its artist, title and period are not known. "
        "Closest in the catalog: Lilies by MONET; an untitled work by ANNA."
    )
    assert (told.slots[-1].slot, told.slots[-1].value) == ("closest", "x:1; x:2")


def test_a_title_is_no_template_and_is_shortened():
    begin = "This is an artwork. The title of this artwork is "
    assert describe(about(title="{{ 7 * 7 }} <3 &")).text == begin + "{{ 7 * 7 }} <3 &."
    told = describe(about(title="T" * 10**6))
    assert told.text == f"{begin}{'T' * 999}….."[:-1]
    assert told.slots[2].value == "T" * 10**6


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
    assert [(each["language"], each["text"]) for each in told] == [
        ("fr", "Une œuvre?"),
        ("en", "T!?"),
        ("de", "Dies ist ein Kunstwerk. Der Titel dieses Kunstwerks lautet: T."),
    ]
    before = tables.versions(works)
    sentences(works)
    assert tables.versions(works) == before


def test_a_template_that_is_not_fit_stops_before_anything_is_written(works, write, monkeypatch):
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(write("{{ artist }}", language="en").parent))
    before = tables.versions(works)
    assert "en.j2, line 1: " in refused(describe_artworks, works, None, None)
    assert tables.versions(works) == before


def test_a_language_or_folder_that_is_not_there_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("ARTCAT_LANGUAGES", "fr")
    assert "write fr.j2 in the folder" in refused(templates)
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(tmp_path / "none"))
    assert "there is no folder" in refused(templates)


def test_words_and_source_make_the_key(write):
    keys = {
        wording.read(write(source, words), "xx").digest
        for source in (FIT, f"{FIT}.")
        for words in ("", "[words]\na = 'b'")
    }
    assert len(keys) == 4


FAILS_FOR_SOME = {
    "a slot that is not known": "{% if title == 'Odd' %}{{ artist }}{% endif %}A work",
    "a work that is not there": "{% if title == 'Odd' %}{{ closest[7].title }}{% endif %}A work",
    "no text": "{% if title != 'Odd' %}A work{% endif %}",
    "two lines": r"A{% if title == 'Odd' %}{{ '\n' }}{% endif %} work",
    "another type": "{% if title == 'Odd' and title > 5 %}x{% endif %}A work",
}
ODD = {
    "de": "Dies ist ein Kunstwerk. Der Titel dieses Kunstwerks lautet: Odd.",
    "fr": "This is an artwork. The title of this artwork is Odd.",
}


@pytest.mark.parametrize("source", FAILS_FOR_SOME.values(), ids=FAILS_FOR_SOME)
@pytest.mark.parametrize(("language", "own"), ODD.items())
def test_a_template_that_fails_for_one_work_stops_no_other(
    home, write, monkeypatch, source, language, own
):
    works = ({"artwork_id": f"x:{t}", "catalog": "x", "title": t} for t in ("Even", "Odd"))
    put(home, "artworks", *works)
    file = write(source, language=language)
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(file.parent))
    monkeypatch.setenv("ARTCAT_LANGUAGES", language)
    done = describe_artworks(home, None, None)
    assert done.descriptions == 2
    even, odd = rows_of(home, "descriptions")
    assert (even["text"], odd["text"]) == ("A work", own)
    assert even["slots"][-1]["slot"] == "form"
    reason = odd["slots"][-1]["source"]
    assert odd["slots"][-1]["slot"] == "wording"
    assert reason.startswith(f"the template failed: {file}, line 1: ")
    (told,) = done.checks
    assert (told["outcome"], told["rows"]) == ("warned", 1)
    assert told["examples"] == [f"x:Odd ({reason})"]
    assert describe_artworks(home, None, None).descriptions == 0  # until the template changes


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
    told = describe(facts, wording.read(None, language)).text
    assert told.startswith(("This is a", "Dies ist ein"))
    assert len(told.splitlines()) == 1


PIECES = st.sampled_from([*CASES["pieces"], *FILTERS, *TESTS])
FILE = st.text(max_size=60) | st.binary(max_size=60)


@settings(deadline=None, max_examples=400)
@given(st.just(FIT) | st.lists(PIECES, max_size=30).map("".join) | FILE, st.none() | FILE)
def test_no_template_and_no_words_raise_anything_else_or_take_long(tmp_path_factory, source, words):
    file = tmp_path_factory.getbasetemp() / "any.j2"
    for path, content in ((file, source), (file.with_suffix(".toml"), words or b"")):
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        path.write_bytes(raw)
    begin = time.monotonic()
    try:
        template = wording.read(file, "any")
        assert all(template_check.check(template))
    except ArtcatError as error:
        assert len(str(error).splitlines()) == 1
    else:
        odd = DescriptionFacts("A", "p", "f", "T" * 5_000, "S", "predicted", hedged=True)
        assert describe_with_fallback(odd, template).text
    assert time.monotonic() - begin < SECONDS

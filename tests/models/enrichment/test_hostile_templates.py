"""Hostile templates and words files: each is refused quickly and in one line."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import ArtcatError
from models.enrichment import template_check, wording
from models.enrichment.describing import describe_artworks
from models.enrichment.descriptions import DescriptionFacts, describe, describe_with_fallback
from models.enrichment.template_language import FILTERS, TESTS
from models.enrichment.words import TemplateError
from tests.building import put, rows_of

FIT = "{{ title or 'A work' }}{% if style and hedged %}, perhaps {{ style }}{% endif %}"
SECONDS = 5.0
"""The time that any template may take; most are refused in a few milliseconds."""


def check(file):
    begin = time.monotonic()
    try:
        return template_check.check(wording.read(file, "xx"))
    finally:
        assert time.monotonic() - begin < SECONDS


def nested(depth, begin, middle, end):
    return begin * depth + middle + end * depth


HOSTILE = {
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
    # numbers
    "digits": ("{{ " + "9" * 5_000 + " }}", "xx.j2: it is not a valid template: Exceeds the limit"),
    "a large number": ("{{ title[99999999999999999999] }}", "a number is larger than 1,000,000"),
    "infinity": ("{{ 1e999 }}", "a number is larger than"),
    "a power": ("{{ 9 ** 9 ** 9 }}", "cannot multiply"),
    "a product": ("{{ 'a' * 10 }}", "cannot multiply"),
    "a product of names": ("{{ title * 1000000 }}", "cannot multiply"),
    "a product in a condition": ("x{% if 'a' * 999999999 %}y{% endif %}", "cannot multiply"),
    "a division": ("{{ 1 / 0 }}", "cannot multiply"),
    "a remainder": ("{{ 1 % 0 }}", "cannot multiply"),
    "a difference": ("{{ 1 - title }}", "cannot multiply"),
    "a width": ("{{ '%999999999d' % 1 }}", "cannot multiply, calculate or format"),
    "format": ("{{ '{:>999999999}'.format(1) }}", "cannot call"),
    "format by a filter": ("{{ '%999999999d'|format(1) }}", "No filter named 'format'"),
    "a precision": ("{{ 1.5|round(999999999) }}", "an argument of round is larger than 10"),
    "a precision below zero": ("{{ 1.5|round(-999999999) }}", "must be texts or numbers"),
    "a precision by name": ("{{ 1.5|round(precision=999999999) }}", "larger than 10"),
    "a precision upwards": ("{{ 1|round(99999, 'ceil') }}", "larger than 10"),
    # loops
    "range": ("{% for i in range(999999999) %}x{% endfor %}", "only go through closest"),
    "letters": ("{% for i in title %}x{% endfor %}", "only go through closest"),
    "a list": ("{% for i in [1, 2, 3] %}x{% endfor %}", "only go through closest"),
    "words": ("{% for i in words %}x{% endfor %}", "only go through closest"),
    "recursion": ("{% for i in closest recursive %}{{ loop(closest) }}{% endfor %}", "loop"),
    "two names": ("{% for a, b in closest %}x{% endfor %}", "only go through closest"),
    "a macro": ("{% macro f() %}x{% endmacro %}x", "cannot use Macro"),
    "a call block": ("{% call title() %}x{% endcall %}", "line 1"),
    # growth
    "join of letters": ("{{ title|join(title)|join(title)|join(title) }}", "only be used with"),
    "doubling": (
        "{% set a = title ~ title %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "not put them together",
    ),
    "doubling by sums": ("{% set a = title + title %}{{ a }}", "not put them together"),
    "letters by another name": (
        "{% set closest = title %}{% for a in closest %}x{% endfor %}",
        "cannot replace closest",
    ),
    "escaping": ("{% autoescape true %}x{% endautoescape %}", "line 1: a template cannot use"),
    "a dictionary": ("{{ {'a': 1} }}", "cannot use Dict"),
    "a number in hexadecimal": ("{{ 0xFFFFFFFFFF }}", "a number is larger than"),
    "a slot that is a list": ("{{ words }}x", "outputs a list"),
    "a loop called loop": ("{% for loop in closest %}x{% endfor %}", "line 1: Can't assign"),
    "a block of text": ("{% set a %}x{% endset %}{{ a }}", "cannot use AssignBlock"),
    "a filter of a block": ("{% filter upper %}x{% endfilter %}", "cannot use FilterBlock"),
    "with": ("{% with a = title %}{{ a }}{% endwith %}", "cannot use With"),
    "a namespace": ("{% set n.a = 1 %}x", "line 1"),
    "centre": ("{{ title|center(999999999) }}", "No filter named 'center'"),
    "indent": ("{{ title|indent(999999999) }}", "No filter named 'indent'"),
    "wordwrap": ("{{ title|wordwrap(1) }}", "No filter named"),
    "batch": ("{{ title|batch(1) }}", "No filter named"),
    "replace": ("{{ title|replace('', title) }}", "No filter named"),
    "a long separator": (f"{{{{ closest|join('{'x' * 500}') }}}}", "more than 100 characters"),
    "too many parts": ("{{ 'a' }}" * 2_100, "more than 2,000 parts"),
    "too long": ("x" * 20_001, "more than 20,000 bytes"),
    # reaching out
    "a class": ("{{ title.__class__.__mro__ }}", "unsafe"),
    "a class by name": ("{{ title['__class__'] }}", "unsafe"),
    "a method": ("{{ title.upper }}", "outputs a list"),
    "a global": ("{{ cycler }}", "there is no slot 'cycler'"),
    "self": ("{{ self }}", "line 1"),
    "a block": ("{% block a %}x{% endblock %}", "cannot use Block"),
    "extends": ("{% extends title %}", "include anything"),
    "import": ("{% import 'os' as os %}x", "include anything"),
    "do": ("{% do title %}", "line 1"),
    "sameas": ("{% if title is sameas none %}x{% endif %}", "No test named 'sameas'"),
    "divisible by zero": ("{% if 1 is divisibleby 0 %}x{% endif %}", "No test named"),
    "no text": ("", "0 characters"),
    "only a comment": ("{# nothing #}", "0 characters"),
    "an open comment": ("x {# nothing", "line 1"),
    "an open string": ("x\n{{ 'a }}", "line 2"),
    "a surrogate": (r"{{ '\ud800' }}", "unprintable character, U+D800"),
    "an escape": (r"{{ '\x1b[2J' }}", "unprintable character, U+001B"),
    "a line separator": ("a\u2028b", "unprintable character, U+2028"),
    "a step of zero": ("{{ (title or 'x')[::0] }}", "slice step cannot be zero"),
    "a number in a name": ("{{ 1a }}", "line 1"),
    "slices by names": ("{{ title[:hedged] }}", "only take parts by a number"),
    "a sum of unlike": ("{{ title + 1 }}", "line 1"),
    "none": ("{{ none }}", "may be unknown"),
    "a newline by a constant": (r"x{{ '\n' }}y", "more than one line"),
}


@pytest.fixture
def file(tmp_path):
    """The place of a template, one that fits until a test writes another."""
    (tmp_path / "xx.j2").write_text(FIT)
    return tmp_path / "xx.j2"


@pytest.mark.parametrize(("source", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_template_is_refused_in_one_line(file, source, said):
    file.write_text(source, "utf-8")
    with pytest.raises(TemplateError) as error:
        check(file)
    told = str(error.value)
    assert said in told
    assert str(file) in told
    assert len(told.splitlines()) == 1
    assert len(told) < len(str(file)) + 500


FITTING = {
    "a byte order mark": ("\ufeff" + FIT, "Lilies"),
    "a list of constants": ("{% if form in ('painting', 'print') %}P{% else %}x{% endif %}", "P"),
    "a chosen text": ("{% set a = title or 'x' %}{{ a }}", "Lilies"),
    "a slice": ("{% if title %}{{ title[:2] }}{% else %}x{% endif %}", "Li"),
    "the last letter": ("{% if title %}{{ title[-1] }}{% else %}x{% endif %}", "s"),
    "joined": ("x{{ closest|join(', ', attribute='artist') }}", "xMONET, Claude, ANNA"),
    "numbers": ("{% for w in closest[:1] %}{{ w.similarity|round(1) }}{% endfor %}x", "0.9x"),
    "parts put together": ("{{ 'a' ~ 'b' + 'c' }}", "abc"),
    "a loop with a condition": (
        "x{% for w in closest if w.title %}{{ loop.index }}{{ w.artist }}{% endfor %}",
        "x1MONET, Claude",
    ),
    "all filters": (
        "{{ (title or 'x')|trim|upper|lower|capitalize }} {{ closest|length }}"
        "{{ (title or 'x')|first }}{{ (title or 'x')|last }}{{ words.a|default('b') }}",
        "Lilies 0Lsb",
    ),
}


@pytest.mark.parametrize(("source", "told"), FITTING.values(), ids=FITTING)
def test_what_a_sentence_needs_is_still_there(file, source, told):
    file.write_text(source, "utf-8")
    assert told in check(file)


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
def test_what_is_no_text_is_refused_by_name(tmp_path, make, said, suffix, monkeypatch):
    file = tmp_path / f"en.{suffix}"
    (tmp_path / "en.j2").write_text(FIT)
    file.unlink(missing_ok=True)
    make(file)
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(tmp_path))
    begin = time.monotonic()
    with pytest.raises(TemplateError) as error:
        template_check.check(wording.from_folder(tmp_path, "en"))
    assert time.monotonic() - begin < SECONDS
    assert str(file) in str(error.value)
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 1


WORDS = {
    "nested lists": ("a = " + "[" * 5_000 + "]" * 5_000, "nested too deeply"),
    "nested tables": ("a = " + "{a=" * 3_000 + "1" + "}" * 3_000, "nested too deeply"),
    "a deep key": ("a" + ".a" * 4_000 + " = 1", "a: Extra inputs"),
    "digits": ("[words]\na = " + "9" * 5_000, "Exceeds the limit"),
    "a number": ("[words]\na = 1", "words.a: Input should be a valid string"),
    "infinity": ("[words]\na = inf", "words.a: Input should be a valid string"),
    "a date": ("[words]\na = 2020-01-01", "words.a: Input should be a valid string"),
    "an impossible date": ("[words]\na = 2020-02-31", "words.toml"),
    "a list": ("words = ['a']", "words: Input should be a valid dictionary"),
    "an empty noun": ("[forms]\np = {noun='', thing='a', maker='b'}", "forms.p.noun"),
    "a long word": (f"[words]\na = '{'x' * 501}'", "at most 500 characters"),
    "many forms": (
        "[forms]\n" + "".join(f"f{n} = {{noun='a', thing='b', maker='c'}}\n" for n in range(201)),
        "forms: Dictionary should have at most 200 items",
    ),
    "twice": ("[words]\na = 'b'\na = 'c'\nd = 'e'", "at line 3"),
    "a surrogate": ('[words]\na = "\\ud800"', "xx.toml: "),
    "too large": ("#" * 100_001, "more than 100,000 bytes"),
    "a long name": (f"'{'k' * 50_000}' = 1", "Extra inputs"),
    "a name of two lines": ('"a\\nb" = 1', "a b: Extra inputs"),
}


@pytest.mark.parametrize(("words", "said"), WORDS.values(), ids=WORDS)
def test_hostile_words_are_refused_in_one_line(file, words, said):
    file.with_suffix(".toml").write_text(words, "utf-8")
    with pytest.raises(TemplateError) as error:
        check(file)
    assert str(error.value).splitlines()[0].count(str(file.with_suffix(".toml"))) == 1
    assert said.replace("words.toml", "xx.toml") in str(error.value)
    assert len(str(error.value)) < len(str(file)) + 800


def test_words_may_begin_with_a_byte_order_mark(file):
    file.write_text("{{ words.a }}")
    file.with_suffix(".toml").write_text("[words]\na = 'b'", "utf-8-sig")
    assert check(file) == ["b"]


def test_controls_in_words_and_titles_are_blanks(file):
    file.write_text("{{ words.a }}{{ title or '' }}")
    file.with_suffix(".toml").write_text('[words]\na = "b\\u0000\\u001b\\n"')
    facts = DescriptionFacts(None, None, None, "T\0\x85", None, "unknown")
    assert describe(facts, wording.read(file, "xx")).text == "b   T"


def test_a_title_that_is_a_whole_text_is_shortened():
    facts = DescriptionFacts(None, None, None, "T" * 10**6, None, "unknown")
    told = describe(facts)
    assert told.text == f"This is an artwork. The title of this artwork is {'T' * 999}….."[:-1]
    assert told.slots[2].value == "T" * 10**6


FAILS_FOR_SOME = {
    "a slot that is not known": "{% if title == 'Odd' %}{{ artist }}{% endif %}A work",
    "a work that is not there": "{% if title == 'Odd' %}{{ closest[7].title }}{% endif %}A work",
    "no text": "{% if title != 'Odd' %}A work{% endif %}",
    "two lines": r"A{% if title == 'Odd' %}{{ '\n' }}{% endif %} work",
    "another type": "{% if title == 'Odd' and title > 5 %}x{% endif %}A work",
}


@pytest.mark.parametrize("source", FAILS_FOR_SOME.values(), ids=FAILS_FOR_SOME)
@pytest.mark.parametrize(
    ("language", "own"),
    [
        ("de", "Dies ist ein Kunstwerk. Der Titel dieses Kunstwerks lautet: Odd."),
        ("fr", "This is an artwork. The title of this artwork is Odd."),
    ],
)
def test_a_template_that_fails_for_one_work_stops_no_other(
    home, tmp_path, monkeypatch, source, language, own
):
    put(
        home,
        "artworks",
        *({"artwork_id": f"x:{t}", "catalog": "x", "title": t} for t in ("Even", "Odd")),
    )
    (tmp_path / f"{language}.j2").write_text(source)
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(tmp_path))
    monkeypatch.setenv("ARTCAT_LANGUAGES", language)
    done = describe_artworks(home, None, None)
    assert done.descriptions == 2
    even, odd = rows_of(home, "descriptions")
    assert (even["text"], odd["text"]) == ("A work", own)
    assert even["slots"][-1]["slot"] == "form"
    reason = odd["slots"][-1]["source"]
    assert odd["slots"][-1]["slot"] == "wording"
    assert reason.startswith(f"the template failed: {tmp_path / language}.j2, line 1: ")
    (told,) = done.checks
    assert (told["outcome"], told["rows"]) == ("warned", 1)
    assert told["examples"] == [f"x:Odd ({reason})"]
    assert describe_artworks(home, None, None).descriptions == 0  # until the template changes


PIECES = st.sampled_from(
    [
        *("{{ ", " }}", "{% if ", "{% endif %}", "{% else %}", "{% for w in closest %}"),
        *("{% endfor %}", " %}", "{%- ", " -%}", "{% set a = ", "{# ", " #}", "{% raw %}"),
        *("title", "artist", "style", "hedged", "closest", "words", "w", "loop", "a", ".title"),
        *("(", ")", "[", "]", ":", ",", "|", "~", "+", "-", "*", "**", "%", "/", "==", "<", " in "),
        *(" not ", " and ", " or ", " if ", " else ", " is ", "'x'", '"', "1", "0", "9" * 30),
        *("1e400", "-1", "none", "true", ".", "_", "\n", "\\", "\\ud800", "é", "\0", "x"),
        *FILTERS,
        *TESTS,
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60) | st.binary(max_size=60))
def test_no_template_raises_anything_else_or_takes_long(tmp_path_factory, source):
    file = tmp_path_factory.getbasetemp() / "any.j2"
    file.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8", "replace"))
    begin = time.monotonic()
    try:
        template = wording.read(file, "any")
        told = template_check.check(template)
        assert all(told)
    except ArtcatError as error:
        assert len(str(error).splitlines()) == 1
    else:
        odd = DescriptionFacts("A", "p", "f", "T" * 5_000, "S", "predicted", hedged=True)
        assert describe_with_fallback(odd, template).text
    assert time.monotonic() - begin < SECONDS


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80) | st.binary(max_size=80))
def test_no_words_raise_anything_else(tmp_path_factory, words):
    file = tmp_path_factory.getbasetemp() / "worded.j2"
    file.write_text(FIT)
    data = words if isinstance(words, bytes) else words.encode("utf-8", "replace")
    file.with_suffix(".toml").write_bytes(data)
    try:
        wording.read(file, "worded")
    except ArtcatError as error:
        assert len(str(error).splitlines()) == 1

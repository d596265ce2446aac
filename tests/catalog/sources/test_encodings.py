"""Encodings: artworks as museums of many countries write them, in what their systems wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.csv_rows import read_csv
from catalog.sources.encodings import CERTAIN, decode, detect_encoding, named_encoding

LANGUAGES = yaml.safe_load(Path(__file__).with_name("languages.yaml").read_text("utf-8"))
WORKS = {language: tuple(works) for language, (_, *works) in LANGUAGES.items()}
EVERYWHERE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
UNSURE = {("Japanese", "euc_jp"), ("Ukrainian", "cp1125"), ("Latvian", "cp1257")}
"""What may be refused, with the question which encoding it is; it is never read wrongly."""


def table(language):
    rows = (f"{n},{work},{1800 + n}\n" for n, work in enumerate(WORKS[language]))
    return "id,title,artist,date\n" + "".join(rows)


def titles(data, **options):
    read = read_csv("works.csv", data, ("id", "title", "artist"), **options).table
    assert read["problem"].null_count == read.num_rows
    pairs = zip(read["title"].to_pylist(), read["artist"].to_pylist(), strict=True)
    return tuple(f"{title},{artist}" for title, artist in pairs)


@pytest.mark.parametrize(
    ("language", "encoding"),
    [(language, name) for language, (names, *_) in LANGUAGES.items() for name in names.split()],
)
def test_an_encoding_is_detected_or_asked_for(language, encoding):
    data = table(language).encode(encoding)
    assert titles(data, encoding=encoding) == WORKS[language]
    try:
        assert titles(data) == WORKS[language]
    except SourceError as error:
        assert (language, encoding) in UNSURE
        assert "its encoding is uncertain" in str(error)
        assert "--encoding" in str(error)


@pytest.mark.parametrize("language", WORKS)
@pytest.mark.parametrize("encoding", EVERYWHERE)
def test_unicode_is_certain(language, encoding):
    data = table(language).encode(encoding)
    assert titles(data) == WORKS[language]
    assert detect_encoding(data).certainty == 1


ROW = "id,title,artist\n1,Harvest,Jan Kop\n2,{},Ann Lee\n"
SIGNS = [
    *("20 ½ in. (52 cm)", "1900 – 1910", "Artist’s house", "© Tate", "5 °", "30 × 40 cm", "£20"),
    *("«Titre»", "“Mill”", "Mrs. Smith — a portrait", "café", "Müller", "São Paulo", "Åse"),
    *("naïve", "Ø 30 cm", "résumé", "Noël", "Zoë", "Señor", "1890 · 1891", "±5", "…", "•", "™"),
    *("20½ x 30¼ in.", "Gift of José Soriano", "François", "Dürer", "l’été", "1880’s", "30 m²"),
]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_single_sign_of_windows_is_read(sign):
    assert titles(ROW.format(sign).encode("cp1252"))[1] == f"{sign},Ann Lee"


@pytest.mark.parametrize("sign", ["naïve", "Åse", "Müller", "1880’s", "Mrs. Smith — a portrait"])
def test_a_single_sign_of_a_macintosh_is_asked_for(sign):
    with pytest.raises(SourceError, match="its encoding is uncertain"):
        titles(ROW.format(sign).encode("mac_roman"))


def test_the_guess_and_its_certainty_are_told():
    data = table("Czech").encode("cp1250")
    found = detect_encoding(data)
    assert (found.name, found.alternative) == ("cp1250", "cp1252")
    assert CERTAIN < found.certainty < 1
    read = read_csv("works.csv", data, ("id",))
    assert read.read_as == (
        f"works.csv: encoding cp1250 (a guess, certainty {found.certainty:.2f}; if letters look "
        "wrong, set --encoding cp1252), delimiter ','"
    )
    assert read.doubts["encoding"].startswith("a guess; perhaps cp1252: is it '")


def test_italian_titles_among_hungarian_museums_are_not_hungarian():
    rows = ["Pietà;Niccolò;Szépmûvészeti Múzeum", "Città di Castello;Trinità;Szépmûvészeti Múzeum"]
    text = "title;artist;location\n" + "\n".join(rows * 20)
    assert detect_encoding(text.encode("cp1252")).name == "cp1252"


NO_ENCODINGS = ["utf-99", "a\0b", "", " ", "hex", "rot13", "idna", "punycode", "undefined", "../a"]


@pytest.mark.parametrize("name", [*NO_ENCODINGS, "x" * 9999])
def test_what_is_no_encoding_is_refused(name):
    with pytest.raises(ValueError, match="there is no encoding"):
        named_encoding(name)


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp932", "gb18030", "utf-7"]))
def test_any_bytes_are_decoded_to_text_that_can_be_kept(data, encoding):
    text = decode("works.csv", data, named_encoding(encoding).name)
    text.replace("\udcff", "").encode()


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding(data):
    found = detect_encoding(data)
    assert 0 <= found.certainty <= 1
    decode("works.csv", data, found.name)

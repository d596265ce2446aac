"""Matching of image names in catalogs to files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.names import ImageNames


def composed(name):
    return unicodedata.normalize("NFC", name)


def decomposed(name):
    return unicodedata.normalize("NFD", name)


FILES = (
    "images/a.jpg",
    "images/b c.jpg",
    "images/d.JPG",
    "images/100%.jpg",
    "images/x#1?.jpg",
    "images/1900/e.tif",
    "images/2000/e.tif",
    "images/inv-0012.jpg",
    "Images 2/F.Jpeg",
    "images/Twin.jpg",
    "images/twin.jpg",
    composed("images/café.jpg"),
    decomposed("images/kůň.jpg"),
    composed("images/ångström.png"),
    decomposed("images/が.png"),
    "images/straße.jpg",
    "images/ﬁnal.jpg",
    r"images/na\xefve.jpg",
    "images/r├⌐sum├⌐.jpg",
    "images/Ã©tude.jpg",
    "images\\windows.jpg",
    "top.jpg",
)

MEANT = [
    ("images\\a.jpg", "images/a.jpg"),
    ("./images/a.jpg", "images/a.jpg"),
    (".\\images\\a.jpg", "images/a.jpg"),
    ("/images/a.jpg", "images/a.jpg"),
    ("//images//a.jpg", "images/a.jpg"),
    ("images//a.jpg", "images/a.jpg"),
    ("images/./a.jpg", "images/a.jpg"),
    ("images/../images/a.jpg", "images/a.jpg"),
    ("images/x/../a.jpg", "images/a.jpg"),
    (" images/a.jpg ", "images/a.jpg"),
    ("\timages/a.jpg\r\n", "images/a.jpg"),
    ('"images/a.jpg"', "images/a.jpg"),
    ("'images/a.jpg'", "images/a.jpg"),
    ("images/%61.jpg", "images/a.jpg"),
    ("images%2Fa.jpg", "images/a.jpg"),
    ("file:///images/a.jpg", "images/a.jpg"),
    ("IMAGES/A.JPG", "images/a.jpg"),
    ("Images\\A.jpg", "images/a.jpg"),
    ("images/a.JPG", "images/a.jpg"),
    ("images/b%20c.jpg", "images/b c.jpg"),
    ("images/b\u00a0c.jpg", "images/b c.jpg"),
    ("images/b  c.jpg", "images/b c.jpg"),
    ("images/B C.JPG", "images/b c.jpg"),
    ("images/d.jpg", "images/d.JPG"),
    ("images/D.JPG", "images/d.JPG"),
    ("./images/100%.jpg", "images/100%.jpg"),
    ("images/100%25.jpg", "images/100%.jpg"),
    ("images/x%231%3F.jpg", "images/x#1?.jpg"),
    ("/images/x#1?.jpg", "images/x#1?.jpg"),
    ("images/1900/E.TIF", "images/1900/e.tif"),
    ("images 2/f.jpeg", "Images 2/F.Jpeg"),
    ("images%202/f.jpeg", "Images 2/F.Jpeg"),
    (".\\images\\twin.jpg", "images/twin.jpg"),
    (".\\images\\Twin.jpg", "images/Twin.jpg"),
    (decomposed("images/café.jpg"), composed("images/café.jpg")),
    (decomposed("images/CAFÉ.JPG"), composed("images/café.jpg")),
    ("images/caf%C3%A9.jpg", composed("images/café.jpg")),
    ("images/cafe%CC%81.jpg", composed("images/café.jpg")),
    (composed("images/kůň.jpg"), decomposed("images/kůň.jpg")),
    (composed("images/KŮŇ.jpg"), decomposed("images/kůň.jpg")),
    (decomposed("images/ångström.png"), composed("images/ångström.png")),
    ("images/\u212bngström.png", composed("images/ångström.png")),
    (composed("images/が.png"), decomposed("images/が.png")),
    ("images/STRASSE.jpg", "images/straße.jpg"),
    ("images/final.jpg", "images/ﬁnal.jpg"),
    ("images/naïve.jpg", r"images/na\xefve.jpg"),
    (decomposed("images/naïve.jpg"), r"images/na\xefve.jpg"),
    ("images/résumé.jpg", "images/r├⌐sum├⌐.jpg"),
    ("images/étude.jpg", "images/Ã©tude.jpg"),
    ("images/windows.jpg", "images\\windows.jpg"),
    ("/top.jpg", "top.jpg"),
    ("TOP.JPG", "top.jpg"),
]


@pytest.mark.parametrize(("name", "file"), MEANT)
def test_a_name_in_another_spelling_is_found(name, file):
    assert ImageNames(FILES).find(name).key == file


HINTS = [
    ("a.jpg", "; was images/a.jpg meant?"),
    ("pictures/a.jpg", "; was images/a.jpg meant?"),
    ("C:\\photos\\images\\a.jpg", "; was images/a.jpg meant?"),
    ("\\\\server\\share\\a.jpg", "; was images/a.jpg meant?"),
    ("/mnt/old/images/d.jpg", "; was images/d.JPG meant?"),
    ("images/a.png", "; was images/a.jpg meant?"),
    ("images/a", "; was images/a.jpg meant?"),
    ("images/d.jpeg", "; was images/d.JPG meant?"),
    ("e.tif", "; was images/1900/e.tif or images/2000/e.tif meant?"),
    ("images/b_c.jpg", "; was images/b c.jpg meant?"),
    ("images/b-c.png", "; was images/b c.jpg meant?"),
    ("images/INV 0012.tif", "; was images/inv-0012.jpg meant?"),
    ("images/TWIN.JPG", "; was images/Twin.jpg or images/twin.jpg meant?"),
    ("images/zzz.jpg", ""),
    ("", ""),
    (".", ""),
    ("/", ""),
    ("images", ""),
    ("../../etc/passwd", ""),
    ("images/nul\0.jpg", ""),
]


@pytest.mark.parametrize(("name", "hint"), HINTS)
def test_a_name_that_is_uncertain_is_not_guessed_but_hinted_at(name, hint):
    found = ImageNames(FILES).find(name)
    assert (found.key, found.hint) == (None, hint)


def test_no_more_than_three_candidates_are_shown():
    found = ImageNames([f"{letter}/a.jpg" for letter in "bcdef"]).find("a.jpg")
    assert found.hint == "; was b/a.jpg or c/a.jpg or d/a.jpg, ... meant?"


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=12))
def test_any_names_are_compared_without_failing(files, name):
    found = ImageNames(files).find(name)
    assert found.key is None or found.key in files
    assert set(found.candidates) <= set(files)

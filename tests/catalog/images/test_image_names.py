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
    *("images/a.jpg", "images/b c.jpg", "images/d.JPG", "images/100%.jpg", "images/x#1?.jpg"),
    *("images/1900/e.tif", "images/2000/e.tif", "images/inv-0012.jpg", "Images 2/F.Jpeg"),
    *("images/Twin.jpg", "images/twin.jpg", composed("images/café.jpg")),
    *(decomposed("images/kůň.jpg"), composed("images/ångström.png"), decomposed("images/が.png")),
    *("images/straße.jpg", "images/ﬁnal.jpg", r"images/na\xefve.jpg", "images/r├⌐sum├⌐.jpg"),
    *("images/Ã©tude.jpg", "images\\windows.jpg", "top.jpg"),
)

MEANT = {
    "images/a.jpg": (
        *("images\\a.jpg", "./images/a.jpg", ".\\images\\a.jpg", "/images/a.jpg"),
        *("//images//a.jpg", "images//a.jpg", "images/./a.jpg", "images/../images/a.jpg"),
        *("images/x/../a.jpg", " images/a.jpg ", "\timages/a.jpg\r\n", '"images/a.jpg"'),
        *("'images/a.jpg'", "images/%61.jpg", "images%2Fa.jpg", "file:///images/a.jpg"),
        *("IMAGES/A.JPG", "Images\\A.jpg", "images/a.JPG"),
    ),
    "images/b c.jpg": (
        *("images/b%20c.jpg", "images/b\u00a0c.jpg", "images/b  c.jpg", "images/B C.JPG"),
    ),
    "images/d.JPG": ("images/d.jpg", "images/D.JPG"),
    "images/100%.jpg": ("./images/100%.jpg", "images/100%25.jpg"),
    "images/x#1?.jpg": ("images/x%231%3F.jpg", "/images/x#1?.jpg"),
    "images/1900/e.tif": ("images/1900/E.TIF",),
    "Images 2/F.Jpeg": ("images 2/f.jpeg", "images%202/f.jpeg"),
    "images/twin.jpg": (".\\images\\twin.jpg",),
    "images/Twin.jpg": (".\\images\\Twin.jpg",),
    composed("images/café.jpg"): (
        *(decomposed("images/café.jpg"), decomposed("images/CAFÉ.JPG"), "images/caf%C3%A9.jpg"),
        "images/cafe%CC%81.jpg",
    ),
    decomposed("images/kůň.jpg"): (composed("images/kůň.jpg"), composed("images/KŮŇ.jpg")),
    composed("images/ångström.png"): (
        *(decomposed("images/ångström.png"), "images/\u212bngström.png"),
    ),
    decomposed("images/が.png"): (composed("images/が.png"),),
    "images/straße.jpg": ("images/STRASSE.jpg",),
    "images/ﬁnal.jpg": ("images/final.jpg",),
    r"images/na\xefve.jpg": ("images/naïve.jpg", decomposed("images/naïve.jpg")),
    "images/r├⌐sum├⌐.jpg": ("images/résumé.jpg",),
    "images/Ã©tude.jpg": ("images/étude.jpg",),
    "images\\windows.jpg": ("images/windows.jpg",),
    "top.jpg": ("/top.jpg", "TOP.JPG"),
}


@pytest.mark.parametrize(
    ("name", "file"), [(name, file) for file, names in MEANT.items() for name in names]
)
def test_a_name_in_another_spelling_is_found(name, file):
    assert ImageNames(FILES).find(name).key == file


HINTS = {
    "; was images/a.jpg meant?": (
        *("a.jpg", "pictures/a.jpg", "C:\\photos\\images\\a.jpg", "\\\\server\\share\\a.jpg"),
        *("images/a.png", "images/a"),
    ),
    "; was images/d.JPG meant?": ("/mnt/old/images/d.jpg", "images/d.jpeg"),
    "; was images/1900/e.tif or images/2000/e.tif meant?": ("e.tif",),
    "; was images/b c.jpg meant?": ("images/b_c.jpg", "images/b-c.png"),
    "; was images/inv-0012.jpg meant?": ("images/INV 0012.tif",),
    "; was images/Twin.jpg or images/twin.jpg meant?": ("images/TWIN.JPG",),
    "": ("images/zzz.jpg", "", ".", "/", "images", "../../etc/passwd", "images/nul\0.jpg"),
}


@pytest.mark.parametrize(
    ("name", "hint"), [(name, hint) for hint, names in HINTS.items() for name in names]
)
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

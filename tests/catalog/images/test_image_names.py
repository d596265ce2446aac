"""Matching of image names in catalogs to files."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.names import ImageNames

CASES = yaml.safe_load(Path(__file__).with_name("image_names.yaml").read_text("utf-8"))
FILES, MEANT, HINTS = CASES["files"], CASES["meant"], CASES["hints"]


@pytest.mark.parametrize(
    ("name", "file"), [(name, file) for file, names in MEANT.items() for name in names]
)
def test_a_name_in_another_spelling_is_found(name, file):
    assert ImageNames(FILES).find(name).key == file


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

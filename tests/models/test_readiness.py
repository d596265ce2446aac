"""Whether a home has the data for a model: images, or only facts."""

import pytest

from catalog.base.errors import ModelError
from models.promotion.promote import champion_state
from models.readiness import (
    MIN_VALIDATION_ARTWORKS,
    can_cross_validate,
    can_select_champion,
    explain_missing_parts,
    is_small,
    reason_not_trainable,
    require_trainable,
    warn_of_few,
)
from models.versions import registry
from tests.building import put
from tests.models.building import BEGIN, add_model

STYLES = ("Baroque", "Rococo")


@pytest.fixture
def without_images(home):
    """Labelled artworks of two styles in train and validation, of which one has an image."""
    artworks = [
        {"artwork_id": f"{style}-{part}-{n}", "catalog": "x", "style": style}
        for style in STYLES
        for part in ("train", "validation")
        for n in range(MIN_VALIDATION_ARTWORKS)
    ]
    put(home, "artworks", *artworks)
    places = [(row["artwork_id"], row["artwork_id"].split("-")[1]) for row in artworks]
    for scheme in ("random", "artist"):
        split = {"catalog": "x", "scheme": scheme}
        put(home, "splits", *({**split, "artwork_id": i, "part": part} for i, part in places))
    image = {"artwork_id": "Baroque-train-0", "status": "ok", "sha256": "s", "shard": "t"}
    put(home, "images", image)
    return home


def test_facts_alone_are_enough_for_a_model_of_facts(without_images):
    with pytest.raises(ModelError, match="with a style label and an image; found only Baroque"):
        require_trainable(without_images)
    assert reason_not_trainable(without_images, images=False) is None
    require_trainable(without_images, images=False)
    assert is_small(without_images, "artist")
    assert not is_small(without_images, "artist", images=False)


def test_few_labels_are_warned_of(without_images):
    assert warn_of_few(without_images, "artist") is None
    place = {"catalog": "x", "scheme": "six-styles-artist", "part": "train"}
    works = ({**place, "artwork_id": f"Baroque-train-{n}"} for n in range(20))
    put(without_images, "splits", *works)
    told = "trained on 20 labelled artworks only"
    assert told in str(warn_of_few(without_images, "six-styles-artist"))


def test_without_labels_nothing_can_be_trained(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    assert "with a style label; found none" in str(reason_not_trainable(home, images=False))


def divide(home, works):
    """Labelled artworks with a usable image: (artist, style, part, fold) of each."""
    ids = [f"x:{number}" for number in range(len(works))]
    named = [{"artwork_id": each, "catalog": "x"} for each in ids]
    for name, rows in {
        "artworks": [{"style": style} for _, style, _, _ in works],
        "images": [{"status": "ok", "sha256": each, "shard": "t"} for each in ids],
        "splits": [
            {"scheme": "artist", "group_id": artist, "part": part, "fold": fold}
            for artist, _, part, fold in works
        ],
    }.items():
        put(home, name, *({**one, **two} for one, two in zip(named, rows, strict=True)))


A, B = STYLES
TRAIN, VALIDATION, TEST = "train", "validation", "test"
# Works as in `divide`; whether models can be judged, and by folds; what is said
DIVISIONS = {
    "all parts": (
        [("a", A, TRAIN, 0), ("b", B, TRAIN, 1), ("c", A, VALIDATION, 2), ("d", A, TEST, None)],
        (True, False, []),
    ),
    "one artist": ([("a", A, TRAIN, 0), ("a", B, TRAIN, 0)], (False, False, ["too few groups"])),
    "one artist, one style": ([("a", A, TRAIN, 0)], (False, False, ["too few groups"])),
    "two artists of both styles": (
        [("a", A, TRAIN, 0), ("a", B, TRAIN, 0), ("b", A, TRAIN, 1), ("b", B, TRAIN, 1)],
        (True, True, ["image models are evaluated by cross-validation", "no test part"]),
    ),
    "two artists of a style each": (
        [("a", A, TRAIN, 0), ("b", B, TRAIN, 1)],
        (False, False, ["too few groups"]),
    ),
    "no test part": (
        [("a", A, TRAIN, 0), ("b", B, TRAIN, 1), ("c", A, VALIDATION, 2), ("d", B, TRAIN, 2)],
        (True, True, ["no test part"]),
    ),
    "nothing at all": ([], (False, False, [])),
}


@pytest.mark.parametrize(("works", "expected"), DIVISIONS.values(), ids=DIVISIONS)
def test_a_split_that_lacks_a_part_says_so(home, works, expected):
    if works:
        divide(home, works)
    judged, folds, said = expected
    assert can_select_champion(home, "artist") == judged
    assert can_cross_validate(home, "artist") == folds
    lines = explain_missing_parts(home, "artist")
    assert len(lines) == len(said)
    assert all(words in line for words, line in zip(said, lines, strict=True))


def test_one_split_of_two_styles_is_enough_to_train(home):
    divide(home, [("a", A, TRAIN, 0), ("b", B, VALIDATION, 1)])
    assert "found only Baroque" in str(reason_not_trainable(home))
    place = {"catalog": "x", "scheme": "random", "part": TRAIN}
    put(home, "splits", *({**place, "artwork_id": f"x:{n}"} for n in (0, 1)))
    assert reason_not_trainable(home) is None


@pytest.mark.full
def test_why_there_is_no_champion(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    state = champion_state(home)
    assert "with a style label; found none" in state.no_champion
    assert state.unused_models == 0

    imported = add_model(home, 1, imported_at=BEGIN)
    assert "artcat models promote" in champion_state(home).no_champion
    assert champion_state(home).unused_models == 0

    add_model(home, 2)
    divide(home, [("a", A, TRAIN, 0), ("a", B, TRAIN, 0)])
    state = champion_state(home)
    assert state.no_champion.startswith("none of 2 models was evaluated on held-out artworks")
    assert "too few groups of artworks" in state.no_champion
    assert state.unused_models == 1

    registry.promote(home, imported, "a test", "classifier")
    state = champion_state(home)
    assert state.champion
    assert (state.no_champion, state.unused_models) == (None, 0)

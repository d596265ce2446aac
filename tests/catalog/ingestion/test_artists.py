"""Identity of artists across catalogs, and labels of their other artworks."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.datasets.reviews import view_latest
from catalog.ingestion.artist_names import name_key, sole_artist
from catalog.ingestion.artists import (
    Mention,
    namesakes_of,
    resolve,
    view_artists,
    view_other_labels,
)
from catalog.storage import duck
from tests.building import put

U, V = "https://museum.example/stevens_a", "https://museum.example/stevens_b"


def mention(name, born=None, died=None, *, catalog="x", url=None):
    return Mention(catalog, url or name, url, name, born, died)


def groups(*mentions):
    """The positions of the mentions of each artist, in order."""
    found = {}
    for place, (artist, _) in enumerate(resolve(mentions)):
        found.setdefault(artist, []).append(place)
    return list(found.values())


NAMES = yaml.safe_load(Path(__file__).with_name("artist_names.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("one", "other"), NAMES["spellings"])
def test_spellings_of_a_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


def test_other_names_have_other_keys():
    names = ["Pieter Brueghel the Elder", "Pieter Brueghel the Younger", "Jan Brueghel the Elder"]
    assert len({name_key(name) for name in [*names, "OM", "?", "!"]}) == 6


@pytest.mark.parametrize("name", NAMES["no_artist"])
def test_a_trade_a_school_and_a_guess_are_no_artist(name):
    assert sole_artist(name) is None
    assert resolve([mention(name)]) == [(None, None)]


@pytest.mark.parametrize("name", NAMES["artist"])
def test_names_with_such_words_are_artists(name):
    assert sole_artist(name) is not None


MENTIONS = {
    "a name is one artist across catalogs where lives agree": (
        mention("MONET, Claude", 1840, 1926, url="https://museum.example/monet"),
        mention("Claude Monet", catalog="y"),
        mention("Monet, Claude", 1841, None, catalog="z"),
    ),
    "an authority is one artist whatever the name": (
        mention("Canaletto", url=U),
        mention("Antonio Canal", 1697, catalog="y", url=U),
    ),
}
APART = {
    "a year that fits two homonyms decides nothing": (
        mention("A, B", 1700, 1760),
        mention("A, B", 1730, 1761),
        mention("A, B", None, 1760),
    ),
    "a catalog with two authorities means two artists": (
        mention("A, B", url=U),
        mention("A, B", url=V),
        mention("A, B", catalog="y"),
    ),
}


@pytest.mark.parametrize("case", MENTIONS | APART)
def test_mentions_are_of_one_artist_or_each_of_another(case):
    mentions = (MENTIONS | APART)[case]
    assert len(groups(*mentions)) == (1 if case in MENTIONS else len(mentions))


def test_homonyms_stay_apart_and_one_without_a_life_is_separate():
    stevens = [
        mention("STEVENS, Alfred", 1817, 1875, url=U),
        mention("STEVENS, Alfred", 1823, 1906, url=V),
        mention("Alfred Stevens", 1818, 1875, catalog="y"),
        mention("Alfred Stevens", None, 1906, catalog="y"),
        mention("Alfred Stevens", catalog="y"),
        mention("Alfred Stevens", catalog="z"),
        mention("Alfred Stevens", catalog="z", url=V),
    ]
    assert groups(*stevens) == [[0, 2], [1, 3, 6], [4], [5]]
    # whoever they are, they might be one
    assert len({namesake for _, namesake in resolve(stevens)}) == 1


mentions = st.builds(
    mention,
    st.sampled_from(["A, B", "B A", "C, D", "French Miniaturist"]),
    st.sampled_from([None, 1800, 1801, 1850]),
    st.sampled_from([None, 1870, 1871, 1900]),
    catalog=st.sampled_from("xyz"),
    url=st.sampled_from([None, U, V]),
)


@given(st.lists(mentions, unique=True, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_mentions_does_not_matter(given_mentions, drawn: random.Random):
    found = dict(zip(given_mentions, resolve(given_mentions), strict=True))
    shuffled = drawn.sample(given_mentions, len(given_mentions))
    assert dict(zip(shuffled, resolve(shuffled), strict=True)) == found
    for one, (artist, namesake) in found.items():
        for other, (other_artist, other_namesake) in found.items():
            if artist == other_artist:
                assert namesake == other_namesake
            if one.artist_url is not None and one.artist_url == other.artist_url:
                assert artist == other_artist or None in {artist, other_artist}


def test_whoever_may_have_made_it_keeps_artworks_together():
    named = [
        mention("MONET, Claude", 1840, 1926),
        mention("Claude Monet; Auguste Renoir"),
        mention("after Claude Monet"),
        mention("Auguste Renoir and workshop", catalog="y"),
        mention("French Miniaturist"),
        mention("Anna Null; Carl Dahl"),
    ]
    resolved = resolve(named)
    assert [artist is not None for artist, _ in resolved] == [True, *[False] * 5]
    alone, both, after, workshop, nobody, others = namesakes_of(named, resolved)
    # A qualified artist is one of its own, kept together with the artist.
    (monet,), (by_other, *behind_other) = alone, after
    assert (monet, behind_other) == (resolved[0][1], alone)
    assert both == [monet, workshop[1]]
    assert nobody == []
    assert len({by_other, workshop[0], *others, *both}) == 6


def test_an_id_stays_when_other_artists_come():
    alone = resolve([mention("A, B", 1800, 1870)])
    assert resolve([mention("C, D"), mention("A, B", 1800, 1870)])[1:] == alone


@pytest.fixture
def connection(home):
    """Ann in two catalogs, an anonymous artwork; x:1 to x:3 are learned from, y:1 is tested on."""
    ann = {"artist": "A, Ann", "artist_display": "Ann A", "artist_key": "A, Ann", "born": 1800}
    put(
        home,
        "artworks",
        *({"artwork_id": f"x:{n}", "catalog": "x", "style": "Baroque", **ann} for n in (1, 2, 3)),
        {"artwork_id": "y:1", "catalog": "y", "style": "Rococo", "artist": "Ann A"},
        {"artwork_id": "y:2", "catalog": "y", "artist": "Ann A"},
        {"artwork_id": "y:3", "catalog": "y", "style": "Rococo", "artist_key": "anonymous"},
    )
    parts = {"x:1": "train", "x:2": "train", "x:3": "validation", "y:1": "test"}
    rows = [{"artwork_id": a, "scheme": "random", "part": part} for a, part in parts.items()]
    put(home, "splits", *rows)
    decided = {"artwork_id": "x:3", "reviewer": "Eve", "decision": "correct", "style": "Realism"}
    put(home, "reviews", decided | {"review_id": "r", "decided_at": datetime.now(UTC)})
    found = duck.connect(home, ("artworks", "splits", "reviews", "audits"))
    view_latest(found)
    view_artists(found)
    return found


def other_labels(connection, **restricted):
    view_other_labels(connection, **restricted)
    rows = connection.execute("SELECT artwork_id, labels FROM other_labels ORDER BY ALL").fetchall()
    return {
        artwork_id: labels and {each["style"]: each["artworks"] for each in labels}
        for artwork_id, labels in rows
    }


def test_labels_are_counted_across_catalogs(connection):
    of_others = {"Baroque": 1, "Realism": 1, "Rococo": 1}
    assert other_labels(connection) == {
        **dict.fromkeys(("x:1", "x:2"), of_others),
        "x:3": {"Baroque": 2, "Rococo": 1},
        "y:1": {"Baroque": 2, "Realism": 1},
        "y:2": {**of_others, "Baroque": 2},
    }


def test_labels_of_some_parts_only_are_counted(connection):
    train = other_labels(connection, scheme="random", parts=["train"])
    assert (train["x:1"], train["y:1"]) == ({"Baroque": 1}, {"Baroque": 2})
    learned = other_labels(connection, scheme="random", parts=["train", "validation"])
    assert (learned["x:3"], learned["y:1"]) == ({"Baroque": 2}, {"Baroque": 2, "Realism": 1})
    assert set(other_labels(connection, scheme="artist", parts=["train"]).values()) == {None}


def test_the_table_of_all_behind_has_workshops_and_co_makers(home):
    put(
        home,
        "artworks",
        {"artwork_id": "x:1", "catalog": "x", "artist": "Ann Berg"},
        {"artwork_id": "x:2", "catalog": "x", "artist": "Carl Dahl; Ann Berg"},
        {"artwork_id": "x:3", "catalog": "x", "artist": "French School"},
        {"artwork_id": "x:4", "catalog": "x"},
    )
    found = duck.connect(home, ("artworks",))
    view_artists(found)
    behind = dict(found.execute("SELECT artwork_id, namesake_ids FROM named_artists").fetchall())
    assert set(behind) == {"x:1", "x:2"}
    assert behind["x:2"][1] == behind["x:1"][0]


def test_a_home_without_artists_has_none(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "style": "Baroque"})
    found = duck.connect(home, ("artworks", "reviews", "audits"))
    view_latest(found)
    view_artists(found)
    assert other_labels(found) == {}

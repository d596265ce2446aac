from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import ModelError
from catalog.base.hashing import key_of
from catalog.datasets.dataset import ALL_PERIODS, BASES, DATASETS, SIX_STYLES, base_of, dataset_of
from catalog.datasets.splits import FOLDS, PARTS, SplitWork, assign, dropped, update_splits
from catalog.storage import tables
from tests.building import put, rows_of

EVERY_STYLE = replace(ALL_PERIODS, style_has=1)

works_of_groups = st.lists(
    st.tuples(st.sampled_from(["Baroque", "Rococo", "Realism"]), st.integers(0, 12)), max_size=60
).map(lambda drawn: [SplitWork(f"w{i}", style, f"g{g}") for i, (style, g) in enumerate(drawn)])


@given(works_of_groups)
def test_the_order_of_the_works_does_not_matter(works):
    one = [SplitWork(w.artwork_id, f"style of {w.group_id}", w.group_id) for w in works]
    assert assign(one, {}, scheme="random") == assign(one[::-1], {}, scheme="random")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_parts_are_near_their_shares_in_every_style(seed, largest):
    works = []
    for style, groups in (("Baroque", 300), ("Rococo", 150)):
        for group in range(groups):
            members = 1 + int(key_of(seed, style, group)[:4], 16) % largest
            works += [
                SplitWork(f"{style}{group}-{i}", style, f"{style}{group}-{seed}")
                for i in range(members)
            ]
    placed = assign(works, {}, scheme="artist")
    for style in ("Baroque", "Rococo"):
        counts = Counter(placed[w.artwork_id] for w in works if w.style == style)
        for part, share in PARTS.items():
            assert abs(counts[part] / counts.total() - share) < 0.02


def test_works_that_look_the_same_stay_together_whoever_made_them():
    works = [
        SplitWork("copy", "Baroque", "copyist", "a look"),
        SplitWork("original", "Baroque", "master", "a look"),
        SplitWork("other", "Rococo", "master", "another look"),
        *(SplitWork(f"w{i}", "Baroque", f"g{i}", f"look {i}") for i in range(20)),
    ]
    placed = assign(works, {}, scheme="artist")
    assert placed["copy"] == placed["original"] == placed["other"]
    assert len(set(placed.values())) == 3


def test_a_work_of_several_artists_is_where_all_of_them_are_or_nowhere():
    solo = [SplitWork(f"{artist}{n}", "Baroque", artist) for artist in "abcdefgh" for n in range(3)]
    together = [
        SplitWork(f"{one}+{other}", "Baroque", one, others=(other,))
        for one in "abcdefgh"
        for other in "abcdefgh"
        if one < other
    ]
    placed = assign([*together, *solo], {}, scheme="artist")
    side = {artist: placed[f"{artist}0"] for artist in "abcdefgh"}
    assert len(set(side.values())) == 3
    for work in together:
        one, other = work.artwork_id.split("+")
        both = side[one] if side[one] == side[other] else None
        assert placed.get(work.artwork_id) == both
    assert assign([*solo, *together], placed, scheme="artist") == {}


def test_artists_who_only_worked_together_stay_together():
    works = [
        SplitWork("1", "Baroque", "a", others=("b",)),
        SplitWork("2", "Baroque", "b", others=("c",)),
        *(SplitWork(f"w{i}", "Baroque", f"g{i}") for i in range(20)),
    ]
    placed = assign(works, {}, scheme="artist")
    assert placed["1"] == placed["2"]
    # a work that one of them makes alone comes later and follows
    alone = [*works, SplitWork("3", "Baroque", "c")]
    assert assign(alone, placed, scheme="artist") == {"3": placed["1"]}


def test_a_work_that_bridges_two_sides_is_left_out_and_moves_no_other():
    works = [
        SplitWork("old one", "Baroque", "a", "look 1"),
        SplitWork("old two", "Baroque", "b", "look 2"),
        SplitWork("bridge", "Baroque", "a", "look 2"),
        SplitWork("follower", "Baroque", "b", "look 3"),
    ]
    placed = {"old one": "train", "old two": "test"}
    assert assign(works, placed, scheme="artist") == {"follower": "test"}


def test_the_schemes_draw_differently():
    works = [SplitWork(f"w{i}", "Baroque", f"g{i}") for i in range(60)]
    drawn = [assign(works, {}, scheme=scheme) for scheme in ALL_PERIODS.schemes]
    assert drawn[0] != drawn[1]


def test_each_part_gets_its_share_of_artworks_with_an_image_though_they_are_rare():
    works = []
    for group in range(300):
        members = 1 + int(key_of(group)[:4], 16) % 6
        works += [
            # one artist in ten has images, of some of their artworks
            SplitWork(
                f"{group}-{i}", "Baroque", f"g{group}", has_image=group % 10 == 0 and i % 2 == 0
            )
            for i in range(members)
        ]
    placed = assign(works, {}, scheme="artist")
    for has_image, most in ((True, 0.04), (False, 0.01)):
        counts = Counter(placed[work.artwork_id] for work in works if work.has_image == has_image)
        for part, share in PARTS.items():
            assert abs(counts[part] / counts.total() - share) < most
    images_only = [replace(work, has_image=True) for work in works]
    blind = assign(images_only, {}, scheme="artist")
    counts = Counter(blind[work.artwork_id] for work in works if work.has_image)
    assert max(abs(counts[part] / counts.total() - PARTS[part]) for part in PARTS) > 0.04


def test_no_artist_is_on_two_sides_whatever_the_catalog(home):
    rows = []
    for i in range(40):
        name = {"artist": f"PAINTER{i}, Ann", "artist_key": f"key {i}"}
        rows.append({"artwork_id": f"x:{i}", "catalog": "x", "artist_display": f"Ann Painter{i}"})
        rows[-1] |= {**name, "style": "Baroque", "born": 1800}
        # of the same name, without a life; every other one is a homonym of another life, too
        other = {"artist": f"Ann Painter{i}", "artist_key": f"Ann Painter{i}"}
        rows.append({"artwork_id": f"y:{i}", "catalog": "y", "style": "Rococo", **other})
        if i % 2:
            rows.append({**rows[-1], "artwork_id": f"z:{i}", "catalog": "z", "born": 1700})
    put(home, "artworks", *rows)
    assert update_splits(home, EVERY_STYLE) == 200
    parts = defaultdict(set)
    for row in stored(home):
        if row["scheme"] == "artist":
            parts[row["artwork_id"].partition(":")[2]].add((row["part"], row["group_id"]))
    assert {len(found) for found in parts.values()} == {1}
    assert len({part for found in parts.values() for part, _ in found}) == 3


def test_a_qualified_artist_is_a_group_of_its_own_on_the_side_of_the_artist(home):
    names = ["Ann Berg", "follower of Ann Berg", "Ann Berg and workshop", "Carl Dahl"]
    rows = [
        {"artwork_id": f"x:{i}", "catalog": "x", "artist": name, "style": "Baroque"}
        for i, name in enumerate(names * 20)
    ]
    put(home, "artworks", *rows)
    update_splits(home, EVERY_STYLE)
    found = {row["artwork_id"]: row for row in stored(home) if row["scheme"] == "artist"}
    assert len({row["group_id"] for row in found.values()}) == len(names)
    assert len({found[f"x:{i}"]["part"] for i in range(80) if i % 4 < 3}) == 1


def put_works(home, works):
    """Works with an image each: artwork_id, style, artist_key, sha256 and perhaps a status."""
    artworks, images = [], []
    for artwork_id, style, artist, sha256, *status in works:
        of_catalog = {"artwork_id": artwork_id, "catalog": artwork_id.partition(":")[0]}
        artworks.append({**of_catalog, "style": style, "artist_key": artist})
        images.append({**of_catalog, "status": (*status, "ok")[0], "sha256": sha256})
    put(home, "artworks", *artworks)
    put(home, "images", *images)


def stored(home):
    return sorted(rows_of(home, "splits"), key=lambda row: (row["artwork_id"], row["scheme"]))


def parts_of(home):
    return {(row["scheme"], row["artwork_id"]): row["part"] for row in stored(home)}


def test_usable_works_are_placed_once_in_both_schemes(home):
    works = [("x:1", "a", "s1"), ("x:2", "a", "s2"), ("y:3", None, "s1")]
    put_works(home, [(work, "Baroque", artist, image) for work, artist, image in works])
    put_works(home, [("x:4", None, "a", "s4"), ("x:5", "Baroque", "a", "s1", "corrupt")])
    assert update_splits(home, EVERY_STYLE) == 8
    rows = stored(home)
    groups = {(row["scheme"], row["artwork_id"]): row["group_id"] for row in rows}
    assert groups == {
        ("artist", "x:1"): "a",
        ("artist", "x:2"): "a",
        ("artist", "y:3"): "y:3",  # nobody knows whose it is: a group of its own
        ("artist", "x:5"): "a",  # without a usable image: its facts are learned from
        ("random", "x:5"): "x:5",  # and what its image looked like is not known
        ("random", "x:1"): "s1",
        ("random", "x:2"): "s2",
        ("random", "y:3"): "s1",  # the same file in another catalog
    }
    parts = parts_of(home)
    assert parts["artist", "x:1"] == parts["artist", "x:2"]
    assert parts["random", "x:1"] == parts["random", "y:3"]
    assert {row["artwork_id"]: row["catalog"] for row in rows}["y:3"] == "y"

    version = tables.version_of(home, "splits")
    assert update_splits(home, EVERY_STYLE) == 0
    assert tables.version_of(home, "splits") == version


def test_places_are_kept_when_labels_and_artists_change(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i % 5}", f"s{i}") for i in range(20)])
    update_splits(home, EVERY_STYLE)
    before = parts_of(home)
    put_works(home, [(f"x:{i}", "Rococo", f"b{i % 4}", f"t{i}") for i in range(20)])
    put_works(home, [("x:new", "Rococo", "c", "u")])
    # the new one in both schemes, and the others' new groups
    assert update_splits(home, EVERY_STYLE) == 2 + 40
    new = {*(f"b{i}" for i in range(4)), *(f"t{i}" for i in range(20)), "c", "u"}
    assert {row["group_id"] for row in stored(home)} == new
    assert before.items() <= parts_of(home).items()


def test_works_outside_the_test_part_have_a_fold_and_no_group_is_in_two(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i % 30}", f"s{i}") for i in range(90)])
    update_splits(home, EVERY_STYLE)
    rows = stored(home)
    for scheme in ALL_PERIODS.schemes:
        of_scheme = [row for row in rows if row["scheme"] == scheme]
        assert {row["fold"] for row in of_scheme if row["part"] == "test"} == {None}
        folds = Counter(row["fold"] for row in of_scheme if row["part"] != "test")
        assert set(folds) == set(range(FOLDS))
        assert max(folds.values()) - min(folds.values()) <= 3
        of_group = defaultdict(set)
        for row in of_scheme:
            of_group[row["group_id"]].add(row["fold"])
        assert all(len(found) == 1 for found in of_group.values())


def test_works_without_a_fold_get_one_and_keep_their_part(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i}", f"s{i}") for i in range(12)])
    update_splits(home, EVERY_STYLE)
    before = stored(home)
    put(home, "splits", *({**row, "fold": None} for row in before))
    written = update_splits(home, EVERY_STYLE)
    assert written == sum(row["fold"] is not None for row in before)
    assert stored(home) == before


def test_what_is_not_learned_from_is_counted_with_its_reason(home):
    put_works(home, [(f"x:{i}", "Baroque", "a", f"s{i}") for i in range(6)])
    put_works(home, [("x:6", "Baroque", "a", "s6", "corrupt"), ("x:7", None, "a", "s7")])
    put_works(home, [(f"x:{i}", "Rococo", "b", f"s{i}") for i in range(10, 14)])
    assert dropped(home) == {
        "Rococo: a style with fewer than 5 artworks": 4,
        "no style label of the vocabulary": 1,
    }
    assert update_splits(home) == 14


def decide(home, work, style=None, rejected=None):
    decision = "reject" if style is None else "correct"
    row = {"artwork_id": work, "catalog": "x", "reviewer": "Ann", "decision": decision}
    row |= {"review_id": work, "decided_at": datetime(2024, 5, 1, tzinfo=UTC)}
    put(home, "reviews", {**row, "style": style, "shown_style": rejected or "Baroque"})


@pytest.mark.full
def test_works_that_only_a_person_labelled_are_learned_from_and_the_test_part_stays(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i % 10}", f"s{i}") for i in range(40)])
    # by artists of each part, and of artists of their own
    put_works(home, [(f"x:n{i}", None, f"a{i}", f"n{i}") for i in range(10)])
    put_works(home, [(f"x:m{i}", None, f"b{i}", f"m{i}") for i in range(10)])
    update_splits(home, EVERY_STYLE)
    before = parts_of(home)
    for i in range(10):
        decide(home, f"x:n{i}", "Baroque")
        decide(home, f"x:m{i}", "Rococo")
    update_splits(home, EVERY_STYLE)
    after = parts_of(home)
    assert before.items() <= after.items()
    new = {key: part for key, part in after.items() if key not in before}
    assert set(new.values()) <= {"train", "validation"}
    alone = [part for (scheme, work), part in new.items() if "m" in work or scheme == "random"]
    assert set(alone) == {"train"}
    for i in range(10):
        side = before["artist", f"x:{i}"]  # where the artist's other artworks are
        assert new.get(("artist", f"x:n{i}")) == (None if side == "test" else side)
    assert update_splits(home, EVERY_STYLE) == 0


def test_a_rejected_label_keeps_its_place_and_is_counted(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i}", f"s{i}") for i in range(12)])
    update_splits(home, EVERY_STYLE)
    before = stored(home)
    decide(home, "x:1")
    put_works(home, [("x:new", "Baroque", "a1", "u")])
    update_splits(home, EVERY_STYLE)
    parts = parts_of(home)
    assert parts["artist", "x:new"] == parts["artist", "x:1"]
    assert [row for row in stored(home) if row["artwork_id"] != "x:new"] == before
    assert dropped(home, EVERY_STYLE) == {"a label that a reviewer rejected": 1}


def test_six_styles_are_those_of_painters_with_many_works(home):
    works = [(f"x:{i}", "Baroque", "many", f"s{i}") for i in range(11)]
    works += [(f"x:1{i:02}", "Baroque", "few", f"t{i}") for i in range(10)]
    works += [(f"x:2{i:02}", "Rococo", "many", f"u{i}") for i in range(12)]
    works += [("x:300", "Baroque", None, "v")]
    put_works(home, works)
    put(home, "artworks", *({**r, "profession": "painter"} for r in rows_of(home, "artworks")))
    sculptor = rows_of(home, "artworks")[0]
    assert dropped(home, SIX_STYLES) == {
        "a different style": 12,
        "an artist with 10 artworks or fewer": 11,
    }
    assert update_splits(home, SIX_STYLES) == 22
    parts = Counter(row["part"] for row in stored(home) if row["scheme"] == "six-styles-random")
    assert parts["test"] == 2
    put(home, "artworks", {**sculptor, "profession": "sculptor"})
    assert dropped(home, SIX_STYLES)["not by a painter"] == 1


def test_every_scheme_knows_its_dataset():
    for dataset in DATASETS.values():
        assert [dataset_of(scheme) for scheme in dataset.schemes] == [dataset] * len(BASES)
        assert [base_of(scheme) for scheme in dataset.schemes] == list(BASES)
    with pytest.raises(ModelError, match="'other': choose one of random, artist, six-styles"):
        dataset_of("other")

from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import tables
from catalog.hashing import key_of
from catalog.splits import PARTS, SCHEMES, SplitWork, assign, update_splits
from tests.building import put, rows_of

works_of_groups = st.lists(
    st.tuples(st.sampled_from(["Baroque", "Rococo", "Realism"]), st.integers(0, 12)), max_size=60
).map(lambda drawn: [SplitWork(f"w{i}", style, f"g{g}") for i, (style, g) in enumerate(drawn)])


@given(works_of_groups)
def test_every_work_is_placed_and_no_group_is_on_two_sides(works):
    placed = assign(works, {}, scheme="artist")
    assert set(placed) == {work.artwork_id for work in works}
    assert set(placed.values()) <= set(PARTS)
    sides = defaultdict(set)
    for work in works:
        sides[work.group_id].add(placed[work.artwork_id])
    assert all(len(parts) == 1 for parts in sides.values())


@given(works_of_groups, st.data())
def test_works_that_come_later_follow_their_group_and_move_nobody(works, data):
    early = data.draw(st.lists(st.sampled_from(works), unique=True) if works else st.just([]))
    before = assign(early, {}, scheme="artist")
    added = assign(works, before, scheme="artist")
    assert not set(before) & set(added)
    after = {**before, **added}
    assert set(after) == {work.artwork_id for work in works}
    sides = defaultdict(set)
    for work in works:
        sides[work.group_id].add(after[work.artwork_id])
    assert all(len(parts) == 1 for parts in sides.values())
    assert assign(works, after, scheme="artist") == {}


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


def test_a_work_that_bridges_two_sides_is_left_out_and_moves_nobody():
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
    drawn = [assign(works, {}, scheme=scheme) for scheme in SCHEMES]
    assert drawn[0] != drawn[1]


def put_works(home, works):
    """Works with an image each: artwork_id, style, artist_key, sha256 and perhaps a status."""
    put(
        home,
        "artworks",
        *(
            {
                "artwork_id": artwork_id,
                "catalog": artwork_id.partition(":")[0],
                "style": style,
                "artist_key": artist,
            }
            for artwork_id, style, artist, *_ in works
        ),
    )
    put(
        home,
        "images",
        *(
            {"artwork_id": artwork_id, "status": (*status, "ok")[0], "sha256": sha256}
            for artwork_id, _, _, sha256, *status in works
        ),
    )


def stored(home):
    return rows_of(home, "splits")


def test_usable_works_are_placed_once_in_both_schemes(home):
    put_works(
        home,
        [
            ("x:1", "Baroque", "a", "s1"),
            ("x:2", "Baroque", "a", "s2"),
            ("y:3", "Baroque", None, "s1"),
            ("x:4", None, "a", "s4"),
            ("x:5", "Baroque", "a", "s5", "corrupt"),
        ],
    )
    assert update_splits(home) == 6
    rows = stored(home)
    groups = {(row["scheme"], row["artwork_id"]): row["group_id"] for row in rows}
    assert groups == {
        ("artist", "x:1"): "a",
        ("artist", "x:2"): "a",
        ("artist", "y:3"): "y:3",  # nobody knows whose it is: a group of its own
        ("random", "x:1"): "s1",
        ("random", "x:2"): "s2",
        ("random", "y:3"): "s1",  # the same file in another catalog
    }
    parts = {(row["scheme"], row["artwork_id"]): row["part"] for row in rows}
    assert parts["artist", "x:1"] == parts["artist", "x:2"]
    assert parts["random", "x:1"] == parts["random", "y:3"]
    assert {row["artwork_id"]: row["catalog"] for row in rows}["y:3"] == "y"

    version = tables.version_of(home, "splits")
    assert update_splits(home) == 0
    assert tables.version_of(home, "splits") == version


def test_places_are_kept_when_labels_and_artists_change(home):
    put_works(home, [(f"x:{i}", "Baroque", f"a{i % 5}", f"s{i}") for i in range(20)])
    update_splits(home)
    before = {(row["scheme"], row["artwork_id"]): row["part"] for row in stored(home)}
    put_works(home, [(f"x:{i}", "Rococo", f"b{i % 4}", f"t{i}") for i in range(20)])
    put_works(home, [("x:new", "Rococo", "c", "u")])
    assert update_splits(home) == 2
    after = {(row["scheme"], row["artwork_id"]): row["part"] for row in stored(home)}
    assert before.items() <= after.items()

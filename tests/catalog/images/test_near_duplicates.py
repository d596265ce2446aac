"""Groups of near-duplicate images, and their effect on splits."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.groups import Groups
from catalog.datasets.splits import PARTS, SplitWork, assign, update_splits
from catalog.health.status import status_of
from catalog.images import prepare
from catalog.images.near_duplicates import MAX_BITS, count_groups, update_near_duplicates
from catalog.sources.image_sources import StoredImages
from catalog.storage import duck, tables
from tests.building import WORKS, ingest_catalog, make_catalog, put, rows_of
from tests.catalog.images.pictures import COPIES, jpeg, painting


def image(name, phash, size=(400, 300), **others):
    sha256 = others.pop("sha256", f"sha-{name}")
    row = {"artwork_id": name, "status": "ok", "sha256": sha256, "phash": phash, **others}
    return {**row, "width": size[0], "height": size[1]}


def flipped(phash, *bits):
    value = int(phash, 16)
    for bit in bits:
        value ^= 1 << bit
    return f"{value:016x}"


def groups_of(home):
    return {row["artwork_id"]: row["near_duplicate_group"] for row in rows_of(home, "images")}


BASE = "0123456789abcdef"


def test_images_are_grouped_by_how_they_look(any_home):
    put(
        any_home,
        "images",
        image("x:1", BASE),
        image("x:2", flipped(BASE, 0, 9, 18, 27, 36, 45), sha256="sha-a"),  # in six of eight bytes
        image("x:3", flipped(BASE, 0, 9, 18, 27, 36, 45, 54)),  # seven bits from 1, one from 2
        image("x:4", flipped(BASE, 1, 2, 3, 4, 5, 6, 7, 8)),
        image("x:5", BASE, (300, 400)),  # on its side: the same shape
        image("x:6", BASE, (400, 200)),  # another shape
        image("y:7", None),  # too plain
        image("y:8", None, sha256="sha-y:7"),  # the same file
        image("y:9", None),
        {"artwork_id": "y:10", "status": "corrupt", "sha256": "sha-z"},
        {"artwork_id": "y:11", "status": "missing"},
    )
    assert update_near_duplicates(any_home) == 9
    assert groups_of(any_home) == {
        **dict.fromkeys(("x:1", "x:2", "x:3", "x:5"), "sha-a"),
        "x:4": "sha-x:4",
        "x:6": "sha-x:6",
        "y:7": "sha-y:7",
        "y:8": "sha-y:7",
        "y:9": "sha-y:9",
        "y:10": None,
        "y:11": None,
    }
    assert count_groups(duck.connect(any_home, ("images",))) == (2, 6)
    assert status_of(any_home)["near_duplicates"] == {"groups": 2, "works": 6}

    version = tables.version_of(any_home, "images")
    assert update_near_duplicates(any_home) == 0
    assert tables.version_of(any_home, "images") == version


def test_a_new_image_may_join_two_groups(home):
    far = flipped(BASE, *range(0, 60, 5))  # twelve bits
    put(home, "images", image("x:1", BASE), image("x:2", far))
    assert update_near_duplicates(home) == 2
    assert groups_of(home) == {"x:1": "sha-x:1", "x:2": "sha-x:2"}
    put(home, "images", image("x:3", flipped(BASE, *range(0, 30, 5))))
    assert update_near_duplicates(home) == 2, "the new one and the one whose group was named after"
    assert set(groups_of(home).values()) == {"sha-x:1"}


def test_an_image_that_changed_leaves_its_group(home):
    put(home, "images", image("x:1", BASE), image("x:2", BASE))
    update_near_duplicates(home)
    put(home, "images", image("x:1", flipped(BASE, *range(30)), sha256="sha-new"))
    assert update_near_duplicates(home) == 2
    assert groups_of(home) == {"x:1": "sha-new", "x:2": "sha-x:2"}


def test_every_near_pair_is_found(home):
    """Against a comparison of each with each."""
    rng = np.random.default_rng(0)
    hashes = [int(value) for value in rng.integers(0, 2**63, 60)]
    for value in list(hashes):
        for bits in range(9):
            flips = rng.choice(64, bits, replace=False)
            hashes.append(value ^ sum(1 << int(bit) for bit in flips))
    put(home, "images", *(image(f"x:{i:04}", f"{h:016x}") for i, h in enumerate(hashes)))
    expected: Groups[int] = Groups()
    for i, one in enumerate(hashes):
        for j, other in enumerate(hashes[:i]):
            if (one ^ other).bit_count() <= MAX_BITS:
                expected.link(j, i)
    update_near_duplicates(home)
    members = defaultdict(set)
    for name, group in groups_of(home).items():
        members[group].add(int(name[2:]))
    by_definition = defaultdict(set)
    for i in range(len(hashes)):
        by_definition[expected.of(i)].add(i)
    assert sorted(map(sorted, members.values())) == sorted(map(sorted, by_definition.values()))


def test_copies_of_a_painting_are_one_group(home, tmp_path):
    files = {"1": painting(1), "2": painting(2)}
    files |= {name: COPIES[name](files["1"]) for name in COPIES}
    works = [{**WORKS[0], "ID": name.replace(" ", "-")} for name in files]
    images = {name.replace(" ", "-"): jpeg(file) for name, file in files.items()}
    source = make_catalog(tmp_path / "art", works, images=images)
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read, threads=2)
    update_near_duplicates(home)
    groups = groups_of(home)
    other = groups.pop("wga:2")
    assert len(groups) == 1 + len(COPIES)
    (group,) = set(groups.values())
    assert group != other


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=40))
def test_groups_are_what_hangs_together(links):
    groups: Groups[int] = Groups()
    reached = {i: {i} for i in range(21)}
    for one, other in links:
        groups.link(one, other)
        joined = reached[one] | reached[other]
        for i in joined:
            reached[i] = joined
    for i in range(21):
        assert {j for j in range(21) if groups.of(i) == groups.of(j)} == reached[i]


drawn_works = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 12), st.sampled_from(["Rococo", "Realism"])),
    max_size=50,
).map(
    lambda drawn: [
        SplitWork(f"w{i:02}", style, f"artist {artist}", f"look {look}")
        for i, (artist, look, style) in enumerate(drawn)
    ]
)


def crossings(works, placed):
    """Artists and looks that are on several sides."""
    sides = defaultdict(set)
    for work in works:
        if work.artwork_id in placed:
            for link in work.links:
                sides[link].add(placed[work.artwork_id])
    return {link for link, parts in sides.items() if len(parts) > 1}


@settings(deadline=None)
@given(drawn_works)
def test_neither_artists_nor_looks_are_on_two_sides(works):
    placed = assign(works, {}, scheme="artist")
    assert set(placed) == {work.artwork_id for work in works}, "nothing to bridge yet"
    assert crossings(works, placed) == set()
    assert assign(works[::-1], {}, scheme="artist").keys() == placed.keys()


@settings(deadline=None)
@given(drawn_works, st.integers(0, 50))
def test_new_works_never_bring_a_crossing(works, early):
    before = assign(works[:early], {}, scheme="artist")
    added = assign(works, before, scheme="artist")
    placed = {**before, **added}
    assert crossings(works, placed) == set()
    for work in works:
        if work.artwork_id not in placed:  # it had to be left out
            assert all(crossings(works, {**placed, work.artwork_id: side}) for side in PARTS)
    assert assign(works, placed, scheme="artist") == {}


@pytest.fixture
def two_catalogs(home):
    """Sixty works of thirty artists; each painting of the first catalog is in the second too."""
    artworks, images = [], []
    for number in range(60):
        catalog, look = ("x", number) if number < 30 else ("y", number - 30)
        name = f"{catalog}:{number}"
        artist = f"artist {look // 2}" if catalog == "x" else f"copyist {number}"
        artworks.append(
            {"artwork_id": name, "catalog": catalog, "style": "Rococo", "artist_key": artist}
        )
        phash = f"{int(np.random.default_rng(look).integers(0, 2**63)):016x}"
        images.append(image(name, phash if catalog == "x" else flipped(phash, 1, 40)))
    put(home, "artworks", *artworks)
    put(home, "images", *images)
    return home


def test_near_duplicates_are_on_one_side_in_both_schemes(two_catalogs):
    assert update_splits(two_catalogs) == 120
    found = duck.run_query(
        two_catalogs,
        "SELECT scheme, near_duplicate_group, count(*) AS works, count(DISTINCT part) AS parts "
        "FROM splits INNER JOIN images USING (artwork_id) GROUP BY ALL",
    ).to_pylist()
    assert len(found) == 60
    assert {(row["works"], row["parts"]) for row in found} == {(2, 1)}
    artists = duck.run_query(
        two_catalogs,
        "SELECT max(parts) AS most FROM (SELECT count(DISTINCT part) AS parts FROM splits "
        "INNER JOIN artworks USING (artwork_id) WHERE scheme = 'artist' GROUP BY artist_key)",
    ).to_pylist()
    assert artists == [{"most": 1}]

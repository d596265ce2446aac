"""Perceptual hashes, groups of near-duplicate images, and their effect on splits."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from catalog.base.groups import Groups
from catalog.datasets.splits import PARTS, SplitWork, assign, update_splits
from catalog.health.status import status_of
from catalog.images import prepare
from catalog.images.near_duplicates import (
    MAX_BITS,
    count_groups,
    perceptual_hash,
    update_near_duplicates,
)
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
@given(drawn_works, st.integers(0, 50))
def test_new_works_never_bring_a_crossing(works, early):
    before = assign(works[:early], {}, scheme="artist")
    assert set(before) == {work.artwork_id for work in works[:early]}, "nothing to bridge yet"
    assert assign(works[:early][::-1], {}, scheme="artist").keys() == before.keys()
    added = assign(works, before, scheme="artist")
    placed = {**before, **added}
    assert crossings(works, placed) == set()
    for work in works:
        if work.artwork_id not in placed:  # it had to be left out
            assert all(crossings(works, {**placed, work.artwork_id: side}) for side in PARTS)
    assert assign(works, placed, scheme="artist") == {}


def test_near_duplicates_are_on_one_side_in_both_schemes(home):
    """Each painting of one catalog is in the other, too, by an unknown copyist."""
    rng, facts = np.random.default_rng(0), {"style": "Rococo"}
    for look in range(30):
        phash = f"{int(rng.integers(0, 2**63)):016x}"
        for catalog, shown in (("x", phash), ("y", flipped(phash, 1, 40))):
            name = f"{catalog}:{look}"
            artist = f"artist {look // 2}" if catalog == "x" else f"copyist {look}"
            row = {"artwork_id": name, "catalog": catalog, "artist_key": artist}
            put(home, "artworks", row | facts)
            put(home, "images", image(name, shown))
    assert update_splits(home) == 120
    parts, artists = defaultdict(set), defaultdict(set)
    for row in rows_of(home, "splits"):
        look = int(row["artwork_id"][2:])
        parts[row["scheme"], look].add(row["part"])
        artists[row["scheme"], look // 2].add(row["part"])
    assert {len(found) for found in parts.values()} == {1}
    assert {len(found) for (scheme, _), found in artists.items() if scheme == "artist"} == {1}


def distance(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_of_a_picture_is_near(copy):
    for seed in range(10):
        image = painting(seed)
        assert distance(perceptual_hash(image), perceptual_hash(COPIES[copy](image))) <= MAX_BITS


def test_another_picture_is_far():
    hashes = [perceptual_hash(painting(seed)) for seed in range(40)]
    nearest = min(distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i])
    assert nearest > 2 * MAX_BITS
    turned = perceptual_hash(painting(0).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert distance(hashes[0], turned) > 2 * MAX_BITS


def test_a_hash_is_16_digits_with_as_many_ones_as_zeros():
    found = perceptual_hash(painting(1))
    assert len(found) == 16
    assert int(found, 16).bit_count() == 32


def test_a_hash_is_the_sign_of_the_lowest_frequencies():
    """Against the definition: each frequency is a sum over all pixels."""
    pixels = np.asarray(painting(2, (32, 32)).convert("L"), float)
    steps = np.arange(32)
    waves = [np.cos(np.pi * (2 * steps + 1) * k / 64) * (1 if k else 2**-0.5) for k in range(8)]
    low = np.array(
        [[(pixels * down[:, None] * across).sum() for across in waves] for down in waves]
    )
    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())
    assert perceptual_hash(painting(2, (32, 32))) == f"{int(bits, 2):016x}"


def plain():
    rng = np.random.default_rng(0)
    across, down = np.meshgrid(np.linspace(-1, 1, 200), np.linspace(-1, 1, 150))
    yield "black", np.zeros((150, 200))
    yield "white", np.full((150, 200), 255)
    yield "paper", rng.normal(235, 4, (150, 200))
    yield "a dark sky", rng.normal(25, 8, (150, 200))
    yield "from light to dark", 128 + 100 * across
    yield "a lamp in the night", 80 * np.exp(-3 * (across**2 + down**2))
    yield "a line", np.where(np.abs(down) < 0.01, 0, 255)


@pytest.mark.parametrize(("name", "pixels"), list(plain()), ids=lambda value: str(value)[:20])
def test_a_plain_picture_has_no_hash(name, pixels):
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGB")
    assert perceptual_hash(image) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3000, 2), (31, 33)])
def test_a_picture_of_any_size_is_hashed(size):
    found = perceptual_hash(painting(3).resize(size))
    assert found is None or len(found) == 16

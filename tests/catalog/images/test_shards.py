import io

import pytest
from PIL import Image

from catalog.base.errors import StoreError
from catalog.base.hashing import sha256_of
from catalog.images.shards import SCHEMA, prepare, read_shard, write_shard
from tests.building import paint


def size_of(data):
    return Image.open(io.BytesIO(data)).size


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((1200, 900), (341, 256)),
        ((900, 1200), (256, 341)),
        ((300, 300), (256, 256)),
        ((120, 90), (120, 90)),  # never enlarged
        ((256, 4000), (256, 4000)),
        ((2000, 1), (2000, 1)),
    ],
)
def test_the_short_side_is_bounded(given, expected):
    prepared = prepare("x:1", paint(1, given))
    assert prepared.status == "ok"
    assert size_of(prepared.image) == expected
    assert (prepared.format, prepared.width, prepared.height) == ("JPEG", *given)


def test_the_digest_is_that_of_the_file_as_given():
    data = paint(1, image_format="PNG")
    prepared = prepare("x:1", data)
    assert prepared.sha256 == sha256_of(data)
    assert prepared.format == "PNG"
    assert Image.open(io.BytesIO(prepared.image)).format == "JPEG"
    assert prepare("x:1", data) == prepared


def test_a_shard_holds_the_usable_images_in_their_order(any_home):
    images = [prepare(f"x:{name}", data) for name, data in zip("badc", pictures(), strict=True)]
    key = write_shard(any_home, "x", images)
    table = read_shard(any_home, key)
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == [
        {"artwork_id": image.artwork_id, "sha256": image.sha256, "image": image.image}
        for image in images
        if image.status == "ok"
    ]
    assert table["artwork_id"].to_pylist() == ["x:b", "x:d", "x:c"]


def pictures():
    return [paint("one"), b"broken", paint("two"), paint("three")]


def test_the_same_images_are_the_same_shard(home):
    images = [prepare("x:1", paint(1)), prepare("x:2", paint(2))]
    key = write_shard(home, "x", images)
    (before,) = home.list("shards")
    assert write_shard(home, "x", images) == key == before.key
    (after,) = home.list("shards")
    # it looks as young as it is: nobody takes it for one that nothing names
    assert after.modified > before.modified


def test_another_image_order_work_or_catalog_is_another_shard(home):
    one, two = prepare("x:1", paint(1)), prepare("x:2", paint(2))
    keys = {
        write_shard(home, "x", [one, two]),
        write_shard(home, "x", [two, one]),
        write_shard(home, "x", [one]),
        write_shard(home, "x", [prepare("x:1", paint(2)), two]),
        write_shard(home, "x", [prepare("x:3", paint(1)), two]),
        write_shard(home, "y", [one, two]),
    }
    assert len(keys) == 6


def test_no_usable_image_is_no_shard(home):
    assert write_shard(home, "x", [prepare("x:1", b"")]) is None
    assert write_shard(home, "x", []) is None
    assert list(home.list()) == []


def test_a_shard_that_is_gone_says_what_to_do(any_home):
    with pytest.raises(
        StoreError, match=r"shards/x/none\.parquet.* is missing: run `artcat nightly`"
    ):
        read_shard(any_home, "shards/x/none.parquet")


def cut(data):
    return data[:100]


def overwritten(data):
    """Bytes changed within the image: Parquet's structure is whole."""
    middle = data.index(b"JFIF") + 300
    return data[:middle] + bytes(8) + data[middle + 8 :]


@pytest.mark.parametrize("damage", [cut, overwritten])
def test_a_shard_that_is_damaged_is_removed_and_says_what_to_do(any_home, damage):
    key = write_shard(any_home, "x", [prepare("x:1", paint(1))])
    any_home.write(key, damage(any_home.read(key)))
    with pytest.raises(
        StoreError, match="was damaged, and has been removed: run `artcat n"
    ) as caught:
        read_shard(any_home, key)
    assert key in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any_home.exists(key)

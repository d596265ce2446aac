from datetime import UTC, datetime

import pyarrow as pa
import pytest

from catalog.datasets import examples
from catalog.images.shards import prepare, write_shard
from tests.building import paint, put


@pytest.fixture
def filled(any_home):
    """Four works in two shards; work 2 also has an earlier picture in the first one."""
    pictures = {name: prepare(f"x:{name}", paint(name)) for name in "1234"}
    old = prepare("x:2", paint("earlier"))
    first = write_shard(any_home, "x", [pictures["3"], old, pictures["1"]])
    second = write_shard(any_home, "x", [pictures["4"], pictures["2"]])
    shards = {"1": first, "2": second, "3": first, "4": second}
    parts = {"1": "train", "2": "train", "3": "test", "4": "train"}
    for name, picture in pictures.items():
        work = {"artwork_id": f"x:{name}", "catalog": "x"}
        artist = {"artist_display": f"Painter {name}", "artist": f"{name}, Painter"}
        style = "Baroque" if name in "13" else "Rococo"
        group = "g" if name in "12" else None
        stored = {"sha256": picture.sha256, "shard": shards[name]}
        put(any_home, "artworks", {**work, **artist, "style": style, "title": f"Title {name}"})
        put(any_home, "images", {**work, "status": "ok", **stored})
        part = {"scheme": "artist", "part": parts[name], "group_id": group}
        put(any_home, "splits", {**work, **part})
    return any_home, pictures, shards


def test_a_part_has_each_work_with_its_own_image_and_facts(filled):
    home, pictures, _ = filled
    train = examples.part_of(home, "artist", "train")
    assert tuple(train.column_names) == examples.COLUMNS
    assert train["artwork_id"].to_pylist() == ["x:1", "x:2", "x:4"]
    assert train["image"].to_pylist() == [pictures[name].image for name in "124"]
    assert train["style"].to_pylist() == ["Baroque", "Rococo", "Rococo"]
    assert train["artist"].to_pylist() == ["Painter 1", "Painter 2", "Painter 4"]
    assert train["artist_catalogued"].to_pylist()[0] == "1, Painter"
    assert train["group_id"].to_pylist() == ["g", "g", "x:4"]
    assert examples.styles_of_part(home, "artist", "train") == ["Baroque", "Rococo"]
    assert examples.part_of(home, "random", "train").num_rows == 0
    assert examples.styles_of_part(home, "artist", "validation") == []


def test_the_order_that_is_asked_for_is_kept(filled):
    home, pictures, shards = filled
    wanted = "42134"
    rows = pa.table(
        {
            "artwork_id": [f"x:{name}" for name in wanted],
            "note": [f"asked {position}" for position in range(5)],
            "shard": [shards[name] for name in wanted],
        }
    )
    found = examples.with_images(home, rows)
    assert found["artwork_id"].to_pylist() == rows["artwork_id"].to_pylist()
    assert found["note"].to_pylist() == rows["note"].to_pylist()
    assert found["image"].to_pylist() == [pictures[name].image for name in wanted]
    assert found.schema.field("image").type == pa.large_binary()


def test_removed_and_unlabelled_works_and_those_without_an_image_are_in_no_part(home):
    put(
        home,
        "artworks",
        {"artwork_id": "x:1", "style": "Baroque", "removed_at": 1},
        {"artwork_id": "x:2", "style": None},
        {"artwork_id": "x:3", "style": "Baroque"},
    )
    images = [{"artwork_id": f"x:{n}", "status": "ok", "shard": "none"} for n in (1, 2)]
    put(home, "images", *images, {"artwork_id": "x:3", "status": "corrupt"})
    splits = [{"artwork_id": f"x:{n}", "scheme": "artist", "part": "train"} for n in (1, 2, 3)]
    put(home, "splits", *splits)
    assert examples.part_of(home, "artist", "train").num_rows == 0
    # but facts are learned of it
    known = examples.labelled_artworks(home, "artist", "train")
    assert known.select(["artwork_id", "sha256", "style", "part"]).to_pylist() == [
        {"artwork_id": "x:3", "sha256": None, "style": "Baroque", "part": "train"}
    ]


def test_labelled_artworks_come_with_their_facts(filled):
    home, pictures, _ = filled
    both = examples.labelled_artworks(home, "artist", "train", "test")
    assert both["artwork_id"].to_pylist() == ["x:1", "x:2", "x:3", "x:4"]
    assert both["part"].to_pylist() == ["train", "train", "test", "train"]
    assert both["sha256"].to_pylist() == [pictures[name].sha256 for name in "1234"]
    assert both["artist_display"].to_pylist()[0] == "Painter 1"
    facts = """date_earliest date_latest born died active_from active_to nationality base_given
        profession technique form type_given height_cm width_cm depth_cm diameter_cm title location
        timeframe_from timeframe_to artist artist_display"""
    named = ["artwork_id", "catalog", "sha256", "shard", "style", "group_id", "fold", "part"]
    assert both.column_names == [*named, *facts.split()]


def test_the_fingerprint_follows_facts_and_not_pixels():
    def table(**facts):
        row = {**dict.fromkeys(examples.COLUMNS, "x"), "image": b"1", **facts}
        return pa.Table.from_pylist([row])

    same = examples.fingerprint(table())
    assert examples.fingerprint(table(image=b"2")) == same
    assert examples.fingerprint(table(group_id="y", fold="y")) == same
    for name in set(examples.COLUMNS) - {"image", "group_id", "fold"}:
        assert examples.fingerprint(table(**{name: "y"})) != same


def test_what_a_person_decided_is_learned_and_the_test_part_stays(filled):
    home, *_ = filled
    decided = {"1": "Realism", "2": None, "3": "Realism", "4": "Medieval"}
    for name, style in decided.items():
        row = {"review_id": name, "artwork_id": f"x:{name}", "catalog": "x", "reviewer": "Ann"}
        row |= {"decided_at": datetime(2024, 5, 1, tzinfo=UTC), "shown_style": "Rococo"}
        decision = "correct" if style else "reject"
        put(home, "reviews", {**row, "decision": decision, "style": style})
    train = examples.works_of(home, "artist", "train")
    assert train.select(["artwork_id", "style"]).to_pylist() == [
        {"artwork_id": "x:1", "style": "Realism"},
        {"artwork_id": "x:4", "style": "Medieval"},
    ]
    assert examples.works_of(home, "artist", "test")["style"].to_pylist() == ["Baroque"]

"""Neighbours of works of unknown artists."""

import numpy as np
import pytest

from catalog.storage import tables
from models.enrichment import neighbours as module
from models.enrichment import vectors
from models.enrichment.embeddings import embedding_key
from models.enrichment.neighbours import neighbours, update_neighbours
from tests.building import put, rows_of

ENCODER, PREPROCESSING = "an encoder", "224 pixels"


def put_works(home, works, encoder=ENCODER):
    """Works by name: the artist, None if unknown, and the vector of the picture, None without."""
    artworks, embeddings = [], []
    for name, (artist, vector) in works.items():
        facts = {"catalog": name.partition(":")[0], "title": f"Title of {name}"}
        artworks.append({"artwork_id": name, "artist": artist, **facts})
        key = embedding_key(f"s{name}", encoder, PREPROCESSING)
        seen = {"embedding_key": key, "image_sha256": f"s{name}", "encoder": encoder}
        if vector is not None:
            embeddings.append({**seen, "preprocessing": PREPROCESSING, "vector": vector})
    put(home, "artworks", *artworks)
    put(home, "images", *({"artwork_id": n, "status": "ok", "sha256": f"s{n}"} for n in works))
    put(home, "embeddings", *embeddings)


def near(home, encoder=ENCODER, count=3, floor=0.5, **asked):
    """The names of close works, and how close, by work."""
    rows = neighbours(home, encoder, PREPROCESSING, count=count, floor=floor, **asked).to_pylist()
    return {
        row["artwork_id"]: [(work["artwork_id"], work["similarity"]) for work in row["works"]]
        for row in rows
    }


def test_the_nearest_works_of_known_artists_are_named(home):
    put_works(
        home,
        {
            "x:unknown": (None, [1.0, 0.0]),
            "x:same": ("MONET", [3.0, 0.0]),
            "y:near": ("RENOIR", [1.0, 0.5]),
            "x:far": ("BERNINI", [0.0, 1.0]),
            "x:anonymous": (None, [1.0, 0.1]),
            "x:blind": (None, None),
            "x:nothing": (None, [0.0, 0.0]),
        },
    )
    assert near(home) == {
        "x:unknown": [("x:same", 1.0), ("y:near", 0.89)],
        "x:anonymous": [("x:same", 1.0), ("y:near", 0.93)],
        "x:nothing": [],
    }
    assert near(home, count=1)["x:unknown"] == [("x:same", 1.0)]
    assert near(home, floor=0.95)["x:unknown"] == [("x:same", 1.0)]
    assert near(home, catalog="y") == {}
    assert near(home, encoder="another") == near(home, encoder=None) == near(home, count=0) == {}


def test_equally_near_works_are_named_in_order(home):
    put_works(home, {"x:0": (None, [1, 1])} | {f"x:{n}": ("A", [1, 1]) for n in (5, 3, 9, 4)})
    assert near(home)["x:0"] == [("x:3", 1.0), ("x:4", 1.0), ("x:5", 1.0)]


def test_a_removed_work_is_not_named(home):
    put_works(home, {"x:0": (None, [1, 1]), "x:1": ("A", [1, 1])})
    assert near(home)["x:0"] == [("x:1", 1.0)]
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "artist": "A", "removed_at": 1})
    assert near(home)["x:0"] == []


def test_only_what_is_nearer_than_unrelated_artworks_are_is_close(home):
    """Artworks of ten artists, on ten rays: the nearest by another artist is at the same angle."""
    angles = np.deg2rad(np.arange(10) * 9.0)
    rays = [[float(np.cos(angle)), float(np.sin(angle))] for angle in angles]
    known = {f"x:{n:02}": (f"artist {n % 10}", rays[n % 10]) for n in range(module.MIN_ARTWORKS)}
    put_works(home, known | {"x:a": (None, [1.0, 0.0]), "x:b": (None, [1.0, -0.2])})
    found = neighbours(home, ENCODER, PREPROCESSING, count=3).to_pylist()
    near_ = {row["artwork_id"]: [work["artwork_id"] for work in row["works"]] for row in found}
    assert near_ == {"x:a": ["x:00", "x:10", "x:01"], "x:b": []}


def test_of_too_few_artworks_or_artists_nothing_is_close(home):
    known = {f"x:{n:02}": ("one artist", [1.0, 0.0]) for n in range(module.MIN_ARTWORKS)}
    put_works(home, known | {"x:a": (None, [1.0, 0.0])})
    assert neighbours(home, ENCODER, PREPROCESSING, count=3).to_pylist()[0]["works"] == []


@pytest.fixture
def settled(home, monkeypatch):
    monkeypatch.setattr(module, "unrelated_similarity", lambda *_: 0.75)
    put_works(home, {"x:0": (None, [1, 0]), "x:00": (None, [0, 1]), "x:1": ("A", [1, 0])})
    assert update_neighbours(home, None, ENCODER, PREPROCESSING) == 2
    return home


def kept(home):
    return {
        row["artwork_id"]: [work["artwork_id"] for work in row["works"]]
        for row in rows_of(home, "closest")
    }


def test_where_nothing_changed_no_vector_is_read(settled, monkeypatch):
    monkeypatch.setattr(module, "UnitVectors", None)
    before = tables.versions(settled)
    assert update_neighbours(settled, None, ENCODER, PREPROCESSING) == 0
    assert tables.versions(settled) == before


@pytest.mark.parametrize(
    ("change", "then"),
    [
        (lambda home: put_works(home, {"x:2": ("B", [1, 0])}), ["x:1", "x:2"]),
        (lambda home: put_works(home, {"x:2": (None, [1, 0])}), ["x:1"]),
        (
            lambda home: put(
                home, "artworks", {"artwork_id": "x:1", "removed_at": 1, "artist": "A"}
            ),
            [],
        ),
        # its picture is another, of which there is no vector
        (lambda home: put(home, "images", {"artwork_id": "x:0", "sha256": "new"}), []),
    ],
)
def test_what_changed_is_compared_again(settled, change, then):
    assert kept(settled) == {"x:0": ["x:1"], "x:00": []}
    change(settled)
    assert update_neighbours(settled, None, ENCODER, PREPROCESSING) >= 1
    assert kept(settled)["x:0"] == then
    assert update_neighbours(settled, None, ENCODER, PREPROCESSING) == 0


def test_without_an_encoder_nothing_is_close(settled):
    assert update_neighbours(settled, None, None, None) == 1
    assert kept(settled) == {"x:0": [], "x:00": []}
    assert update_neighbours(settled, None, None, None) == 0


def test_blocks_give_what_one_by_one_gives(home, monkeypatch):
    rng = np.random.default_rng(3)
    works = {f"x:{n:02}": (None if n % 3 else "A", rng.normal(size=8).tolist()) for n in range(40)}
    put_works(home, works)
    monkeypatch.setattr(vectors, "BLOCK", 7)
    monkeypatch.setattr(module, "_AT_A_TIME", 11)
    monkeypatch.setattr(vectors, "AT_A_TIME", 9)
    blocks = near(home, floor=-1.0)
    units = {name: np.array(v) / np.linalg.norm(v) for name, (_, v) in works.items()}
    known = [name for name, (artist, _) in works.items() if artist]
    assert len(blocks) == 40 - len(known)
    for name, found in blocks.items():
        order = sorted(known, key=lambda other: -units[name] @ units[other])[:3]
        assert [other for other, _ in found] == order

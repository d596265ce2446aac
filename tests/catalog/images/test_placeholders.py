"""Placeholder images: recognised, reported, not used, and usable again later."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

import sql
from catalog.datasets import splits
from catalog.images import prepare
from catalog.images.near_duplicates import (
    FILE_ARTISTS,
    FILE_WORKS,
    FINGERPRINT_ARTISTS,
    compare_images,
    placeholders_of,
)
from catalog.ingestion import checks
from catalog.sources.image_sources import StoredImages
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from tests.building import MONET, ingest_catalog, make_catalog, paint, prepare_catalog, put, rows_of

PAINTER = {"profession": "painter", "style": "Baroque"}
REMOVED = datetime(2024, 5, 1, tzinfo=UTC)


def work(number, artist, sha256, *, look=None, catalog="m", status="ok", shard="s", **facts):
    """An artwork and its image; `artist` None is nobody known."""
    known = {"artwork_id": f"{catalog}:{number:03}", "catalog": catalog}
    named = {"artist": artist, "artist_display": artist, "artist_key": artist or f"nobody {number}"}
    image = {"sha256": sha256, "status": status, "shard": shard}
    image["near_duplicate_group"] = look or sha256
    return {**known, **named, **PAINTER, **facts}, {**known, **image}


def works_of(sha256, artists, first=0, **facts):
    return [work(first + n, artist, sha256, **facts) for n, artist in enumerate(artists)]


def looks_of(artists):
    """A file of its own for each artist, all of which look the same."""
    return [work(n, artist, f"file {n}", look="look") for n, artist in enumerate(artists)]


def in_catalog(name, artist):
    return work(1, artist, "a", catalog=name, artist_url=name)


HOMES = {
    "one file under three artists": (works_of("a", "ABC"), 3),
    "one file under two artists": (works_of("a", "ABAB"), 0),
    "one file under two artists, ten times": (works_of("a", "AB" * 5), 10),
    "one file, nine works of one artist": (works_of("a", "A" * 9), 0),
    "one file, ten works of one artist": (works_of("a", "A" * 10), 10),
    "one file, nine works by nobody known": (works_of("a", [None] * 9), 0),
    "one file, ten works by nobody known": (works_of("a", [None] * 10), 10),
    "one artist written in three ways": (works_of("a", ["Él Greco", "el greco", "EL GRECO"]), 0),
    "one artist in three catalogs": ([in_catalog(name, "Monet") for name in "xyz"], 0),
    "one file under three artists, in three catalogs": ([in_catalog(n, n) for n in "xyz"], 3),
    "one look under five artists": (looks_of("ABCDE"), 5),
    "one look under four artists": (looks_of("ABCD"), 0),
    "one look of twenty works by nobody known": (looks_of([None] * 20), 0),
    "one look of twenty works by an artist": (looks_of("A" * 20), 0),
    "two placeholders": (works_of("a", "ABC") + works_of("b", "CDEF", first=10), 7),
    "beside pictures": (works_of("a", "ABC") + [work(n, "A", f"b{n}") for n in (3, 4, 5)], 3),
    "images that cannot be used": (works_of("a", "ABC", status="corrupt", shard=None), 0),
    "a removed work": ([*works_of("a", "AB"), work(2, "C", "a", removed_at=REMOVED)], 0),
}


def fill(home, works):
    put(home, "artworks", *(artwork for artwork, _ in works))
    put(home, "images", *(image for _, image in works))


def statuses(home):
    return {row["artwork_id"]: row["status"] for row in rows_of(home, "images")}


def changed(works):
    """The rows of images that become something else, in a home of these works."""
    connection = duck.connect()
    for name, rows in zip(("artworks", "images"), zip(*works, strict=True), strict=True):
        connection.register(name, pa.Table.from_pylist(list(rows), schema=TABLES[name].schema))
    limits = {
        "file_artists": FILE_ARTISTS,
        "file_works": FILE_WORKS,
        "fingerprint_artists": FINGERPRINT_ARTISTS,
    }
    return duck.arrow(connection, sql.text("placeholders/changes"), limits).to_pylist()


@pytest.mark.parametrize(("works", "expected"), HOMES.values(), ids=HOMES)
def test_a_picture_that_stands_for_many_works_is_a_placeholder(works, expected):
    found = changed(works)
    assert len(found) == expected
    assert all(row["status"] == "placeholder" for row in found)
    assert all("so it is a placeholder" in row["error"] for row in found)
    now = {row["artwork_id"]: row for row in found}
    after = [(artwork, now.get(image["artwork_id"], image)) for artwork, image in works]
    assert changed(after) == [], "said once"


def test_an_image_is_usable_again_when_the_others_have_their_own(home):
    fill(home, works_of("a", "ABC"))
    compare_images(home)
    put(home, "images", work(2, "C", "c")[1])
    assert compare_images(home) == 2
    assert set(statuses(home).values()) == {"ok"}
    assert all(row["error"] is None for row in rows_of(home, "images"))


def test_placeholders_link_no_artists(home):
    """Sixty works by twelve artists, of which each has a work with the same file."""
    styles = ("Baroque", "Rococo", "Realism")
    files = ["notice" if n < 12 else f"file {n}" for n in range(60)]
    fill(home, [work(n, f"artist {n % 12}", files[n], style=styles[n % 3]) for n in range(60)])
    splits.update_splits(home)
    rows = [row for row in rows_of(home, "splits") if row["scheme"] == "artist"]
    assert len(rows) == 60, "their facts are learned from"
    assert len({row["group_id"] for row in rows}) == 12
    assert {row["part"] for row in rows} == {"train", "validation", "test"}
    assert list(statuses(home).values()).count("placeholder") == 12


def test_they_are_reported(home):
    fill(home, [*works_of("a", "ABC"), *works_of("b", "D" * 10, first=10), work(30, "A", "c")])
    compare_images(home)
    found = {row["check"]: row for row in checks.check_table(home, "images", "m")}
    assert found["images/unusable"]["outcome"] == "warned"
    assert found["images/unusable"]["rows"] == 13
    several, many = placeholders_of(home, "m").items()
    assert several[0].startswith("the same file is used for several artists")
    assert many[0].startswith("the same file is used for many artworks")
    assert (several[1], many[1]) == (3, 10)
    assert placeholders_of(home, "another") == {}


@pytest.fixture
def source(tmp_path):
    """Five works by five artists, of which three show the same picture."""
    works = [{"ID": str(n), "artist": f"PAINTER {n}", "title": f"work {n}"} for n in range(5)]
    artists = [{**MONET, "artist": row["artist"], "url": ""} for row in works]
    same = {str(n): paint("same") for n in range(3)}
    return make_catalog(tmp_path / "art", works, artists, images=same)


def test_night_after_night(home, source, monkeypatch):
    """They are read once, stay what they are, and a new one is one at once."""
    ingest_catalog(home, source)
    assert prepare_catalog(home, source) == {"ok": 5}
    assert compare_images(home) >= 3
    assert list(statuses(home).values()).count("placeholder") == 3
    versions = tables.versions(home)
    assert prepare.plan_images(home, StoredImages(source), "wga").to_read == ()
    assert compare_images(home) == 0
    assert tables.versions(home) == versions

    (source.folder / "artwork" / "3.jpg").write_bytes(paint("same"))
    assert prepare_catalog(home, source) == {"ok": 1}
    compare_images(home)
    assert list(statuses(home).values()).count("placeholder") == 4

    monkeypatch.setattr("catalog.images.comparison.PREPARATION", "another")
    monkeypatch.setattr("catalog.images.prepare.PREPARATION", "another")
    assert prepare_catalog(home, source) == {"ok": 5}
    compare_images(home)
    assert list(statuses(home).values()).count("placeholder") == 4
    assert prepare.plan_images(home, StoredImages(source), "wga").to_read == ()

"""Ids of artworks are any text: values derived from them are safe."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import yaml

from catalog.enrichment.change_page import _cell
from catalog.ingestion.ingest import ingest
from catalog.publishing.export.linked_art import document
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage.store import FolderStore
from reports.review.build import _call
from tests.building import ingest_catalog, make_catalog, rows_of

IDS = yaml.safe_load(Path(__file__).with_name("ids.yaml").read_text("utf-8"))["ids"]
IDS += ["9" * 200, "é" * 200, "\U0001f5bc" * 200]
MAPPING = 'name = "any"\nfile = "works.csv"\n[fields]\nid = "id"\ntitle = "title"\n'


def table(ids, title="One"):
    text = io.StringIO()
    csv.writer(text).writerows([("id", "title"), *((id, title) for id in ids)])
    return text.getvalue().encode()


@pytest.fixture
def read(tmp_path):
    """Ingests a table of ids; the report."""
    home = FolderStore(tmp_path / "home")
    (tmp_path / "any.toml").write_text(MAPPING)

    def read(data):
        (tmp_path / "works.csv").write_bytes(data)
        parameters = IngestParameters(catalog=str(tmp_path), source=str(tmp_path / "any.toml"))
        return home, ingest(home, open_source(parameters), "any")

    return read


def test_any_text_is_an_id_and_stays_the_same(read):
    assert len(set(IDS)) == len(IDS)
    home, report = read(table(IDS))
    assert (report.artworks, report.quarantined, report.duplicates) == (len(IDS), 0, 0)
    assert {row["source_id"] for row in rows_of(home, "artworks")} == set(IDS)
    _, again = read(table(IDS, "Two"))
    assert (again.new, again.changed, again.removed) == (0, len(IDS), 0)
    assert {row["title"] for row in rows_of(home, "artworks")} == {"Two"}
    _, once_more = read(table(reversed(IDS), "Two"))
    assert (once_more.new, once_more.changed, once_more.removed) == (0, 0, 0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        *((blank.format("12"), "12") for blank in (" {} ", "\u00a0{}\u00a0", "\t{}\n")),
        *((f"12{blank}13", "12 13") for blank in ("\n", "\r\n", "\t")),
    ],
)
def test_blanks_around_an_id_and_line_breaks_in_it_are_blanks(read, given, kept):
    home, report = read(table([given]))
    assert report.artworks == 1
    assert [row["source_id"] for row in rows_of(home, "artworks")] == [kept]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("9" * 201, "the id is longer than 200 characters"),
        *((f"a{x}b", "the id contains a control character") for x in ("\x1b[31m", "\x7f", "\x85")),
        *((blank, "the row has no id") for blank in ("", "\t")),
    ],
)
def test_what_is_no_id_is_set_aside(read, given, reason):
    home, report = read(table([given, "12"]))
    assert (report.artworks, report.quarantined) == (1, 1)
    assert [row["reason"] for row in rows_of(home, "quarantine")] == [reason]


def test_no_image_is_searched_for_outside_the_folder(home, tmp_path):
    works = [{"ID": id, "artist": "X", "title": "One"} for id in IDS]
    source = make_catalog(tmp_path / "art", works)
    ingest_catalog(home, source)
    keys = {row["source_id"]: row["image_key"] for row in rows_of(home, "artworks")}
    assert len(keys) == len(IDS)
    assert keys["1868,0808.4437"] == "artwork/1868,0808.4437.jpg"
    assert keys["1984.13/a"] == "artwork/1984.13/a.jpg"
    for id in ("../../etc/passwd", "..", ".", "C:\\scans\\12", "12\\a"):
        assert keys[id] is None
    for key in filter(None, keys.values()):
        (source.folder / key).resolve().relative_to(source.folder.resolve() / "artwork")


WORK = dict.fromkeys(
    (
        *("title", "style", "predicted_style", "artist", "date_earliest", "date_latest"),
        *("date_given", "height_cm", "width_cm", "depth_cm", "description", "technique"),
        *("iiif_manifest", "iiif_image", "review_decision", "decision"),
    )
)


@pytest.mark.parametrize("given", IDS)
def test_what_is_derived_from_an_id_is_safe(given):
    work = {**WORK, "artwork_id": f"any:{given}", "source_id": given}
    made = document(work, {}, "https://museum.example/object/")
    # One part of a path, in which nothing but escapes and plain letters stands.
    assert re.fullmatch(r"https://museum\.example/object/[\w.~%-]+", made["id"], re.ASCII)
    assert made["identified_by"][0]["content"] == given
    script = _call("index", {"id": given}).decode()
    assert script.isascii()
    assert "<" not in script
    assert json.loads(script.removeprefix("artcat.data.index(").removesuffix(");\n"))["id"] == given
    cell = _cell(given)
    assert not re.search(r"(?<!\\)[|<`*_\[\]]", cell.replace("\\\\", ""))

"""Tables as files: complete, whole or not at all, and harmless in a spreadsheet."""

import csv
import json

import polars as pl
import pyarrow.parquet as pq
import pytest

from catalog.base.errors import ArtcatError, StoreError
from catalog.publishing import export as exports
from catalog.publishing.export import export
from tests.building import put, rows_of

HOSTILE = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\n=1", "\uff1d1")
HARMLESS = ("a=b", 'Jan\'s "works", 1; 2', "two\nlines", "", "'quoted'", "5,000", "مرحبا")


def fill(home):
    same = {"catalog": "x", "confidence": -0.5, "flags": ["=cmd"]}
    rows = [
        {"title": title, "descriptions": [{"language": "en", "text": title}], **same}
        for title in (*HOSTILE, *HARMLESS)
    ]
    rows = ({"artwork_id": f"x:{number:02}", **row} for number, row in enumerate(rows))
    put(home, "enriched", *rows, {"artwork_id": "x:99", "in_training": True})


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_all_rows_of_a_table_as_they_are(any_home, tmp_path, form):
    fill(any_home)
    file = tmp_path / "works"
    assert export(any_home, form, file) == len(HOSTILE) + len(HARMLESS) + 1
    if form == "parquet":
        found = pq.read_table(file).to_pylist()
        assert pl.read_parquet(file).height == len(found)
    else:
        found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert found == rows_of(any_home, "enriched")
    assert list(tmp_path.glob(".artcat-*")) == []


def test_a_csv_runs_nothing_in_a_spreadsheet(home, tmp_path):
    fill(home)
    file = tmp_path / "works.csv"
    export(home, "csv", file)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    titles = [row["title"] for row in rows[:-1]]
    assert titles == [*(f"'{title}" for title in HOSTILE), *HARMLESS]
    assert rows[0]["confidence"] == "-0.5"
    assert json.loads(rows[0]["flags"]) == ["=cmd"]
    assert all(cell.lstrip()[:1] not in "=+@" or not cell for row in rows for cell in row.values())
    assert rows[-1]["in_training"] == "true"


def test_what_cannot_be_exported_is_reported(home, tmp_path):
    with pytest.raises(ArtcatError, match="no table enriched yet"):
        export(home, "csv", tmp_path / "a.csv")
    fill(home)
    with pytest.raises(ArtcatError, match="unknown table 'x; DROP'"):
        export(home, "csv", tmp_path / "a.csv", table="x; DROP")
    with pytest.raises(ArtcatError, match="leave out --table"):
        export(home, "linked-art", tmp_path / "a", table="runs")
    with pytest.raises(StoreError, match="cannot write"):
        export(home, "csv", tmp_path / "nowhere" / "a.csv")
    with pytest.raises(StoreError, match="cannot write"):
        (tmp_path / "folder" / "inside").mkdir(parents=True)
        export(home, "csv", tmp_path / "folder")


def test_an_export_that_breaks_off_leaves_the_file_of_before(home, tmp_path, monkeypatch):
    fill(home)
    file = tmp_path / "works.jsonl"
    export(home, "linked-art", file)
    before = file.read_bytes()

    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(exports, "document", broken)
    put(home, "artworks", {"artwork_id": "x:01", "catalog": "x"})
    with pytest.raises(KeyboardInterrupt):
        export(home, "linked-art", file)
    assert file.read_bytes() == before
    assert list(tmp_path.glob(".artcat-*")) == []

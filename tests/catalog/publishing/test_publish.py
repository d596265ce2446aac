import json
import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from catalog.publishing import analysts, publish
from catalog.publishing.analysts import PUBLISHED
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore
from tests.building import put, rows_of

WORKS = (
    {
        "artwork_id": "x:2",
        "catalog": "x",
        "title": "Lilies",
        "style": "Rococo",
        "style_source": "catalog",
        "catalog_style": "Rococo",
        "predicted_style": "Baroque",
        "confidence": 0.75,
        "disagrees": True,
        "flags": ["disagrees-with-catalog"],
    },
    {
        "artwork_id": "x:1",
        "catalog": "x",
        "title": "Pont de l'Europe",
        "style": "Baroque",
        "style_source": "predicted",
        "confidence": 0.95,
    },
)

READ_WITH_DUCKDB_ALONE = """
import json, sys
import duckdb
folder = sys.argv[1]
with duckdb.connect(folder + "/artcat.duckdb", read_only=True) as views:
    views.execute("SET autoinstall_known_extensions = false")
    views.execute("SET autoload_known_extensions = false")
    names = views.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    found = {view: views.execute(f"FROM {view}").fetchall() for (view,) in names}
    found["nearest"] = views.execute("FROM nearest([1.0], 2)").fetchall()
name = folder.replace("'", "''") + "/enriched.parquet"
found["parquet"] = duckdb.execute(f"SELECT artwork_id FROM '{name}'").fetchall()
assert not [name for name in sys.modules if name.split(".")[0] in {"catalog", "deltalake", "sql"}]
print(json.dumps(found, default=str))
"""


@pytest.mark.parametrize("name", ["home", "museum's home", "home [old]*"])
def test_plain_duckdb_reads_what_is_published(tmp_path, name):
    home = FolderStore(tmp_path / name)
    put(home, "enriched", *WORKS)
    assert publish.publish(home) is True
    done = subprocess.run(
        [sys.executable, "-I", "-c", READ_WITH_DUCKDB_ALONE, home.uri_of("published")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["parquet"] == [["x:1"], ["x:2"]]
    assert [row[0] for row in found["enriched"]] == ["x:1", "x:2"]
    by_style = {tuple(row) for row in found["works_by_style"]}
    assert by_style == {("Baroque", "predicted", 1, 0.95), ("Rococo", "catalog", 1, 0.75)}
    assert found["flagged"] == [
        ["disagrees-with-catalog", "x:2", None, "Lilies", "Rococo", "Baroque", 0.75]
    ]
    assert found["disagreements"] == [["x:2", None, "Lilies", "Rococo", "Baroque", 0.75]]
    assert found["artworks"] == found["nearest"] == []
    assert set(PUBLISHED) <= set(found)


def test_pandas_and_polars_read_the_rows_as_they_are_in_the_table(any_home, tmp_path):
    put(any_home, "enriched", *WORKS)
    publish.publish(any_home)
    file = tmp_path / "enriched.parquet"
    file.write_bytes(any_home.read(publish.PARQUET))
    frame = pd.read_parquet(file)
    assert frame["artwork_id"].tolist() == ["x:1", "x:2"]
    assert frame["confidence"].tolist()[:2] == [0.95, 0.75]
    assert pq.read_table(file).to_pylist() == rows_of(any_home, "enriched")
    polar = pl.read_parquet(file)
    assert polar["artwork_id"].to_list() == ["x:1", "x:2"]
    assert polar.filter(pl.col("flags").list.contains("disagrees-with-catalog")).height == 1


def test_the_database_holds_no_secret(s3_home):
    put(s3_home, "enriched", *WORKS)
    publish.publish(s3_home)
    database = s3_home.read(analysts.DATABASE)
    assert s3_home.uri_of(publish.PARQUET).encode() in database
    assert b"test-secret" not in database
    assert b"test-key" not in database


def test_publishing_again_does_nothing_until_something_changed(home):
    put(home, "enriched", *WORKS)
    publish.publish(home)
    before = list(home.list("published"))
    assert publish.publish(home) is False
    assert list(home.list("published")) == before

    put(home, "enriched", {**WORKS[0], "title": "Water-Lilies"})
    assert publish.publish(home) is True
    assert b"Water-Lilies" in home.read(publish.PARQUET)


def test_another_run_in_which_nothing_happened_is_in_the_list_of_runs(home):
    put(home, "enriched", *WORKS)
    publish.publish(home)
    before = {info.key: info.etag for info in home.list("published")}
    put(home, "runs", {"run_id": "r1", "flow": "nightly", "status": "completed"})
    assert publish.publish(home) is False
    now = {info.key: info.etag for info in home.list("published")}
    assert {key for key in now if now[key] != before[key]} == {
        "published/runs.parquet",
        "published/published.json",
    }


def test_a_file_of_what_was_published_that_is_no_json_is_made_again(home):
    publish.publish(home)
    home.write("published/published.json", b'["x"]')
    assert publish.publish(home) is True
    assert publish.publish(home) is False


@pytest.mark.parametrize("lost", [publish.PARQUET, analysts.DATABASE, "published/published.json"])
def test_a_published_file_that_was_lost_comes_back(home, lost):
    put(home, "enriched", *WORKS)
    publish.publish(home)
    home.delete(lost)
    assert publish.publish(home) is True
    assert home.exists(lost)


def test_a_home_that_was_moved_is_published_again(home, tmp_path):
    put(home, "enriched", *WORKS)
    publish.publish(home)
    moved = FolderStore(home.folder.rename(tmp_path / "moved"))
    assert publish.publish(moved) is True
    assert str(tmp_path / "moved").encode() in moved.read(analysts.DATABASE)


def test_nothing_enriched_is_published_as_an_empty_table(home):
    assert publish.publish(home) is True
    table = pd.read_parquet(home.folder / publish.PARQUET)
    assert table.columns.tolist() == TABLES["enriched"].schema.names
    assert len(table) == 0

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
        **{"artwork_id": "x:2", "catalog": "x", "title": "Lilies", "style": "Rococo"},
        **{"style_source": "catalog", "catalog_style": "Rococo", "predicted_style": "Baroque"},
        **{"confidence": 0.75, "disagrees": True, "flags": ["disagrees-with-catalog"]},
    },
    {
        **{"artwork_id": "x:1", "catalog": "x", "title": "Pont de l'Europe", "style": "Baroque"},
        **{"style_source": "predicted", "confidence": 0.95},
    },
)


@pytest.fixture
def published(home):
    """A home whose two works are published."""
    put(home, "enriched", *WORKS)
    assert publish.publish(home) is True
    return home


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


def test_the_rows_are_published_as_they_are_in_the_table(any_home, tmp_path):
    put(any_home, "enriched", *WORKS)
    publish.publish(any_home)
    file = tmp_path / "enriched.parquet"
    file.write_bytes(any_home.read(publish.PARQUET))
    assert pq.read_table(file).to_pylist() == rows_of(any_home, "enriched")
    polar = pl.read_parquet(file)
    assert polar.filter(pl.col("flags").list.contains("disagrees-with-catalog")).height == 1


def test_publishing_again_does_nothing_until_something_changed(published):
    before = {info.key: info.etag for info in published.list("published")}
    assert publish.publish(published) is False
    assert {info.key: info.etag for info in published.list("published")} == before
    # another run in which nothing happened is in the list of runs
    put(published, "runs", {"run_id": "r1", "flow": "nightly", "status": "completed"})
    assert publish.publish(published) is False
    changed = {info.key for info in published.list("published") if before[info.key] != info.etag}
    assert changed == {"published/runs.parquet", publish.STATE}

    put(published, "enriched", {**WORKS[0], "title": "Water-Lilies"})
    assert publish.publish(published) is True
    assert b"Water-Lilies" in published.read(publish.PARQUET)


@pytest.mark.parametrize("lost", [publish.PARQUET, analysts.DATABASE, publish.STATE])
def test_a_published_file_that_was_lost_comes_back(published, lost):
    published.delete(lost)
    assert publish.publish(published) is True
    assert published.exists(lost)


@pytest.mark.parametrize(
    "state",
    [
        *(b"[", b'["x"]', b'{"files": null}', b'{"versions": 1, "tables": {"artworks": []}}'),
        b'{"files": {"published/runs.parquet": 7}, "tables": {"artworks": null}}',
    ],
)
def test_a_damaged_record_of_what_was_published_is_made_again(published, state):
    published.write(publish.STATE, state)
    assert publish.damaged(published)
    assert publish.publish(published) is True
    assert publish.publish(published) is False


def test_a_home_that_was_moved_is_published_again(published, tmp_path):
    moved = FolderStore(published.folder.rename(tmp_path / "moved"))
    assert publish.publish(moved) is True
    assert str(tmp_path / "moved").encode() in moved.read(analysts.DATABASE)


def test_nothing_enriched_is_published_as_an_empty_table(home):
    assert publish.publish(home) is True
    table = pd.read_parquet(home.folder / publish.PARQUET)
    assert table.columns.tolist() == TABLES["enriched"].schema.names
    assert len(table) == 0

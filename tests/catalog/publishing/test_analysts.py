"""The `.duckdb` file as analysts open it: with DuckDB alone."""

import subprocess
import sys
from datetime import UTC, datetime

import duckdb
import pytest

from catalog.base.errors import StoreError
from catalog.base.files import packaged_toml
from catalog.publishing import analysts, publish
from catalog.storage import duck
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore
from tests.building import put

VECTORS = {"x:1": [1.0, 0.0], "x:2": [0.6, 0.8], "x:3": [0.0, 2.0], "x:4": [0.0, 0.0]}


def day(number):
    return datetime(2026, 3, number, tzinfo=UTC)


def ids(work):
    return {"artwork_id": work, "catalog": "x"}


def fill(home):
    """Four works that the embedder has seen, one without length, and one that was removed."""
    works = {**VECTORS, "x:5": [1.0, 0.0]}
    images = {work: f"s{number}" for number, work in enumerate(works)}
    gone = {"x:5": day(9)}
    put(home, "artworks", *(ids(work) | {"removed_at": gone.get(work)} for work in works))
    put(home, "images", *(ids(work) | {"sha256": image} for work, image in images.items()))
    for work, image in images.items():
        seen = {"image_sha256": image, "preprocessing": "p1"}
        mine = {"embedding_key": work, "encoder": "e1", "vector": works[work]}
        other = {"embedding_key": f"{work} other", "encoder": "e0", "vector": [9.0] * 3}
        put(home, "embeddings", mine | seen, other | seen)
    put(home, "enriched", *(ids(work) | {"title": work} for work in works))
    promotion = {"promoted_at": day(1), "role": "embedder", "model_version": "m1", "reason": ""}
    put(home, "promotions", promotion)
    serving = {"model_version": "m1", "precision": "fp32", "encoders": ["e1"]}
    put(home, "serving", {**serving, "preprocessing": "p1"})


def tell_changes(home):
    put(home, "runs", {"run_id": "r1", "flow": "nightly", "started_at": day(1)})
    catalog, reviewed = ("Rococo", "catalog"), ("Baroque", "reviewed")
    for run_id, at, before, after, reason in (
        ("r1", None, (None, None), catalog, "new artwork"),
        ("r2", day(2), catalog, reviewed, "a person's review"),
        ("r3", day(3), reviewed, reviewed, "facts changed: title"),
    ):
        row = {"run_id": run_id, "kind": "changed" if at else "new", "changed_at": at}
        row |= {"style_before": before[0], "style_source_before": before[1], "reasons": [reason]}
        row |= {"style_after": after[0], "style_source_after": after[1]}
        put(home, "work_changes", ids("x:1") | row)


@pytest.fixture
def plain(home):
    """The published file of a small home in a DuckDB that knows nothing of us."""
    fill(home)
    tell_changes(home)
    publish.publish(home)
    with duckdb.connect(home.uri_of(analysts.DATABASE), read_only=True) as connection:
        yield connection


def test_similar_and_nearest_works(plain):
    near = plain.execute("SELECT artwork_id, similarity, title FROM similar('x:1', 5)").fetchall()
    assert [(work, round(cosine, 2), title) for work, cosine, title in near] == [
        ("x:2", 0.6, "x:2"),
        ("x:3", 0.0, "x:3"),
    ]
    nearest = plain.execute("SELECT artwork_id FROM nearest([0.0, 5.0], n := 2)").fetchall()
    assert nearest == [("x:3",), ("x:2",)]
    assert plain.execute("FROM similar('x:99')").fetchall() == []


def test_vectors_are_read_as_they_lie(plain):
    kept = "SELECT DISTINCT compression FROM pragma_storage_info('vectors') WHERE segment_type = $1"
    assert plain.execute(kept, ["FLOAT"]).fetchall() == [("Uncompressed",)]


def test_history_and_changes_since(plain):
    history = "SELECT style_before, style_after, changed_at::DATE::VARCHAR FROM style_history()"
    assert plain.execute(history).fetchall() == [
        ("Rococo", "Baroque", "2026-03-02"),
        (None, "Rococo", "2026-03-01"),
    ]
    assert plain.execute("FROM style_history(work := 'x:2')").fetchall() == []
    since = "SELECT artwork_id, kind, style_before, style_after, reasons FROM changed_since(?)"
    reasons = ["a person's review", "facts changed: title"]
    changed = [("x:1", "changed", "Rococo", "Baroque", reasons)]
    assert plain.execute(since, ["2026-03-02"]).fetchall() == changed
    ((_, kind, before, after, _),) = plain.execute(since, ["2026-02-01"]).fetchall()
    assert (kind, before, after) == ("changed", None, "Baroque")
    assert plain.execute(since, ["2026-03-04"]).fetchall() == []


def test_every_column_of_every_view_is_documented(plain):
    for of in ("duckdb_columns()", "duckdb_views()", "duckdb_tables()"):
        silent = plain.execute(f"FROM {of} WHERE NOT internal AND comment IS NULL").fetchall()
        assert silent == []
    macros = "FROM duckdb_functions() SELECT function_name WHERE database_name = current_database()"
    named = {name for (name,) in plain.execute(f"{macros} AND comment IS NOT NULL").fetchall()}
    assert named == set(analysts.MACROS)


def test_columns_are_described_and_no_others():
    described = packaged_toml("catalog.publishing", "columns.toml")
    for name, spec in TABLES.items():
        assert [c for c in spec.schema.names if not analysts.describe_column(name, c)] == []
        assert set(described.get(name, ())) <= set(spec.schema.names)


def test_the_file_says_what_it_is(plain, home):
    about = analysts.about(plain)
    assert (about["home"], about["embedder"], about["dimensions"]) == (home.uri, "m1", 2)
    assert about["s3_secret"] is None
    terms = plain.execute("SELECT count(*), min(year_from) FROM style_terms").fetchall()
    assert terms == [(12, 500)]


def test_the_file_is_made_again_when_vectors_change_and_only_then(home):
    fill(home)
    publish.publish(home)
    before = home.read(analysts.DATABASE)
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "title": "another"})
    publish.publish(home)
    assert home.read(analysts.DATABASE) == before
    put(home, "artworks", {"artwork_id": "x:5", "catalog": "x", "removed_at": None})
    publish.publish(home)
    assert home.read(analysts.DATABASE) != before


def test_a_column_of_a_later_version_does_not_hinder_the_views(home, plain):
    file = home.uri_of(publish.PARQUET)
    duckdb.execute(f"COPY (SELECT *, 1 AS later FROM '{file}') TO '{file}'")
    assert plain.execute("SELECT count(*) FROM enriched").fetchall() == [(5,)]


def test_an_analysts_own_file(home, tmp_path):
    fill(home)
    mine = tmp_path / "mine.duckdb"
    with pytest.raises(StoreError, match="no published tables yet: run `artcat enrich`"):
        analysts.write_to(home, mine)
    publish.publish(home)
    assert analysts.write_to(home, mine)["embedder"] == "m1"
    put(home, "enriched", {"artwork_id": "x:6", "catalog": "x"})
    publish.publish(home)
    with duckdb.connect(str(mine), read_only=True) as views:
        assert views.execute("SELECT count(*) FROM enriched").fetchall() == [(6,)]
    assert analysts.write_to(home, mine)["home"] == home.uri
    with duckdb.connect(str(mine)) as used:
        used.execute("CREATE TABLE own AS SELECT 1")
    (tmp_path / "notes.txt").write_text("mine")
    for taken in (mine, tmp_path / "notes.txt"):
        with pytest.raises(StoreError, match="choose another name"):
            analysts.write_to(home, taken)
    with pytest.raises(StoreError, match="cannot write"):
        analysts.write_to(home, tmp_path / "nowhere" / "mine.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "mine.duckdb", "notes.txt"]


FROM_S3 = """
import sys
import duckdb
database, statement, *extensions = sys.argv[1:]
connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
connection.execute("SET autoinstall_known_extensions = false")
for extension in extensions:
    connection.execute(f"LOAD '{extension}'")
connection.execute(statement)
connection.execute(f"ATTACH '{database}' AS artcat (READ_ONLY)")
connection.execute("USE artcat")
print(*connection.execute("SELECT artwork_id, title FROM similar('x:1', 1)").fetchone())
"""


@pytest.mark.full
def test_plain_duckdb_reads_from_s3_by_its_own_credential_chain(s3_home, tmp_path):
    fill(s3_home)
    publish.publish(s3_home)
    said = analysts.write_to(s3_home, tmp_path / "mine.duckdb")
    assert said["s3_secret"].startswith("CREATE OR REPLACE SECRET artcat (TYPE s3, PROVIDER cred")
    extensions = [duck.extension_file(name) for name in ("httpfs", "aws")]
    for database in (s3_home.uri_of(analysts.DATABASE), str(tmp_path / "mine.duckdb")):
        done = subprocess.run(
            [sys.executable, "-I", "-c", FROM_S3, database, said["s3_secret"], *extensions],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.strip()) == (0, "x:2 x:2"), done.stderr
    published = s3_home.read(analysts.DATABASE)
    assert s3_home.uri_of(publish.PARQUET).encode() in published
    for kept in (published, (tmp_path / "mine.duckdb").read_bytes()):
        assert b"test-secret" not in kept
        assert b"test-key" not in kept


def test_a_home_whose_name_is_a_pattern(tmp_path):
    for name in ("home?", "home1"):
        home = FolderStore(tmp_path / name)
        put(home, "enriched", {"artwork_id": f"{name}:1"})
        publish.publish(home)
    with analysts.opened(FolderStore(tmp_path / "home?")) as connection:
        assert connection.execute("SELECT artwork_id FROM enriched").fetchall() == [("home?:1",)]

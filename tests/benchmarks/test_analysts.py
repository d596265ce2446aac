"""Speed of analysts' queries, compared with tables in DuckDB's memory."""

import resource
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from catalog.publishing import analysts, publish
from catalog.publishing.export import export
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore
from catalog.vocabulary import style_names
from tests.benchmarks.measuring import say
from tests.building import put

WORKS = 50_000
TIMES = 20
NUMBERS = 512
BY_STYLE = (
    "SELECT style, style_source, count(*), avg(confidence) FROM {} WHERE NOT removed GROUP BY ALL"
)


def best(*questions, times=15):
    """Least seconds of each question, asked by turns: the machine is not equally busy all the time.

    A question is a connection, a statement and its parameters.
    """
    spent = [[] for _ in questions]
    for turn in range(times + 1):
        for (connection, statement, parameters), seconds in zip(questions, spent, strict=True):
            begun = time.perf_counter()
            connection.execute(statement, parameters).fetchall()
            if turn:  # the first is not counted
                seconds.append(time.perf_counter() - begun)
    return [min(seconds) for seconds in spent]


def rows_of(table, **columns):
    schema = TABLES[table].schema
    given = {name: pa.array(values, schema.field(name).type) for name, values in columns.items()}
    return pa.table(given)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home of many works whose tables are filled with made-up facts and vectors."""
    made = FolderStore(tmp_path_factory.mktemp("analysts") / "home")
    rng = np.random.default_rng(3)
    images = [f"{number:064x}" for number in range(WORKS)]
    same = {"artwork_id": [f"x:{number}" for number in range(WORKS)], "catalog": ["x"] * WORKS}
    told = {"style": rng.choice(style_names(), WORKS).tolist()}
    told["title"] = [f"View {number % 9000} of the river" for number in range(WORKS)]
    tables.merge(made, "artworks", rows_of("artworks", **same, **told))
    tables.merge(made, "images", rows_of("images", **same, sha256=images))
    enriched = {
        **{"style_source": ["catalog"] * WORKS, "removed": [False] * WORKS},
        "confidence": rng.random(WORKS).round(4).tolist(),
        "description": [
            f"A sentence about {title}, which is long enough." for title in told["title"]
        ],
    }
    tables.merge(made, "enriched", rows_of("enriched", **same, **told, **enriched))
    vectors = rng.normal(size=(WORKS, NUMBERS)).astype(np.float32)
    seen = {"image_sha256": images, "encoder": ["e"] * WORKS, "preprocessing": ["p"] * WORKS}
    lists = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), NUMBERS)
    embeddings = rows_of("embeddings", embedding_key=images, **seen)
    embeddings = embeddings.append_column("vector", lists.cast(pa.list_(pa.float32())))
    tables.merge(made, "embeddings", embeddings)
    put(made, "promotions", {"promoted_at": 0, "role": "embedder", "model_version": "m"})
    put(made, "serving", {"model_version": "m", "encoders": ["e"], "preprocessing": "p"})
    begun = time.perf_counter()
    publish.publish(made)
    size = Path(made.uri_of(analysts.DATABASE)).stat().st_size / 1e6
    say(f"{WORKS:,} works published in {time.perf_counter() - begun:.1f} s, file {size:.0f} MB")
    return made


@pytest.fixture
def published(home):
    with duckdb.connect(home.uri_of(analysts.DATABASE), read_only=True) as connection:
        yield connection


@pytest.fixture
def in_memory(home):
    with duckdb.connect() as connection:
        parquet = home.uri_of(publish.PARQUET)
        connection.execute(f"CREATE TABLE works AS FROM '{parquet}'")
        database = home.uri_of(analysts.DATABASE)
        connection.execute(f"ATTACH '{database}' AS file (READ_ONLY)")
        connection.execute("CREATE TABLE native AS FROM file.vectors")
        connection.execute("DETACH file")
        yield connection


@pytest.fixture(scope="module")
def query():
    return np.random.default_rng(4).normal(size=NUMBERS).astype(np.float32).tolist()


def test_grouping_the_view_takes_little_longer_than_a_table_in_memory(published, in_memory):
    view, table = best(
        (published, BY_STYLE.format("enriched"), None), (in_memory, BY_STYLE.format("works"), None)
    )
    live = view / table
    say(f"group by: view {view * 1e3:.1f} ms, in memory {table * 1e3:.1f} ms ({live:.1f} x)")
    assert live < 3


def test_the_nearest_works_take_little_longer_than_a_native_table(published, in_memory, query):
    native, nearest, similar = best(
        (
            in_memory,
            "SELECT artwork_id, array_cosine_similarity(vector, $q::FLOAT[512]) AS similarity "
            "FROM native ORDER BY similarity DESC LIMIT 10",
            {"q": query},
        ),
        (published, "FROM nearest($q, 10)", {"q": query}),
        (published, "FROM similar($q, 10)", {"q": "x:17"}),
    )
    say(
        f"native {native * 1e3:.0f} ms, nearest {nearest * 1e3:.0f} ms ({nearest / native:.2f} x), "
        f"similar {similar * 1e3:.0f} ms ({similar / native:.2f} x)"
    )
    assert max(nearest, similar) / native < 2


def test_a_million_works_are_searched_in_a_second(home, query, tmp_path):
    database = tmp_path / "many.duckdb"
    database.write_bytes(home.read(analysts.DATABASE))
    parquet = tmp_path / "many.parquet"
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET force_compression = 'uncompressed'")
        connection.execute(
            "INSERT INTO vectors SELECT artwork_id || '-' || copy, vector "
            f"FROM vectors, range(1, {TIMES}) AS copies(copy)"
        )
        connection.execute(
            "COPY (SELECT * REPLACE (CASE WHEN copy = 0 THEN artwork_id ELSE artwork_id || '-' || "
            f"copy END AS artwork_id) FROM enriched, range({TIMES}) AS copies(copy)) TO '{parquet}'"
        )
        connection.execute(f"CREATE OR REPLACE VIEW enriched AS FROM '{parquet}'")
    with duckdb.connect(str(database), read_only=True) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM vectors").fetchall()
        assert count == WORKS * TIMES
        one, two, grouped = best(
            (connection, "FROM nearest($q, 10)", {"q": query}),
            (connection, "FROM similar('x:17', 10)", None),
            (connection, BY_STYLE.format("enriched"), None),
            times=5,
        )
    say(
        f"{count:,} works, warm: nearest {one:.2f} s, similar {two:.2f} s, "
        f"group by {grouped * 1e3:.0f} ms"
    )
    assert max(one, two) < 1


def test_an_export_takes_little_longer_than_reading(home, tmp_path):
    connection = duck.connect(home, ("enriched",))
    (reading,) = best(
        (connection, "SELECT count(*), max(hash(enriched)) FROM enriched", None), times=3
    )
    told = []
    for form in ("parquet", "csv", "jsonl", "linked-art"):
        begun = time.perf_counter()
        assert export(home, form, tmp_path / form) == WORKS
        told.append(f"{form} {time.perf_counter() - begun:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{WORKS:,} works: {', '.join(told)}; read {reading:.2f} s; peak {peak} MiB of all here")

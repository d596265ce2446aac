"""People's SQL reads the tables of a home, and can do nothing else."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from catalog.base.errors import QueryError
from catalog.publishing import analysts
from catalog.publishing.publish import publish
from catalog.storage import duck, sql_sandbox
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore, open_store
from tests.building import promote

SECRETS = ("key-that-opens", "secret-that-opens", "token-that-opens")

SHORT = {
    "copy": "COPY (SELECT 1) TO '{home}/x.csv'",
    "blob": "write_blob('{home}/x', 'x'::BLOB)",
    "csv": "'{outside}/secret.csv'",
    "table": "promotions_delta",
    "other": "'{outside}/other/tables/promotions'",
}
WRITING = (
    # COPY and EXPORT, in every disguise
    "COPY (SELECT 1) TO '{home}/published/enriched.parquet'",
    *("COPY promotions TO '{home}/x.csv'", "COPY (SELECT 1) TO '{outside}/x.csv'"),
    "COPY (SELECT 1) TO '/dev/stdout'",
    "COPY (SELECT 'a' AS a) TO '{home}/parts' (PARTITION_BY a)",
    "COPY (PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)) TO '{home}/x.csv'",
    *("EXPLAIN ANALYZE {copy}", "EXPLAIN (ANALYZE) {copy}", "EXPLAIN /* a */ ANALYZE {copy}"),
    "explain (format json, analyze) {copy}",
    *("EXPLAIN ANALYZE COPY (PIVOT (SELECT 1 AS a) ON a) TO '{home}/x.csv'", "SELECT 1; {copy}"),
    *("{copy}; SELECT 1", "-- SELECT\n{copy}", "PREPARE p AS {copy}; EXECUTE p"),
    *("EXPORT DATABASE '{home}/x'", "COPY FROM DATABASE memory TO memory"),
    # Tables of the home and of the published file
    "INSERT INTO {table} SELECT now(), 'classifier', 'evil', 'x'",
    "INSERT INTO {table} FROM {table}",
    "WITH x AS (SELECT * FROM {table}) INSERT INTO {table} FROM x",
    *("EXPLAIN ANALYZE INSERT INTO {table} FROM {table}", "UPDATE {table} SET role = 'x'"),
    *("DELETE FROM {table}", "TRUNCATE {table}"),
    "MERGE INTO {table} USING {table} AS s ON true WHEN MATCHED THEN DELETE",
    *("DROP VIEW promotions", "DROP TABLE {table}.promotions"),
    *("ALTER TABLE {table} ADD COLUMN x INT", "CREATE TABLE {table}.x AS SELECT 1 AS a"),
    "CREATE TABLE x AS (PIVOT (SELECT 1 AS a) ON a)",
    "CREATE OR REPLACE VIEW promotions AS SELECT 1; FROM promotions",
    *("CREATE TEMP TABLE x AS SELECT 1", "CREATE MACRO f() AS TABLE FROM enable_logging()"),
    *("CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')", "DETACH {table}", "USE {table}"),
    *("CHECKPOINT", "VACUUM", "BEGIN; COMMIT"),
    # Other databases and extensions
    *("ATTACH '{home}/published/artcat.duckdb' AS w", "ATTACH '{home}/x.duckdb' AS w"),
    "ATTACH '{outside}/x.sqlite' AS w (TYPE sqlite)",
    *("ATTACH '{home}/tables/promotions' AS w (TYPE delta)", "INSTALL sqlite"),
    *("FORCE INSTALL httpfs FROM community", "LOAD httpfs", "LOAD '{outside}/x.duckdb_extension'"),
    # Settings
    *("SET enable_external_access = true", "SET allowed_directories = ['/']"),
    *("RESET lock_configuration", "SET lock_configuration = false"),
    *("SET GLOBAL memory_limit = '1MB'", "SET VARIABLE x = (SELECT 1)"),
    *("PRAGMA enable_profiling = 'json'", "PRAGMA profiling_output = '{home}/x'"),
    *("PRAGMA add_parquet_key('k', '0123456789112345')", "PRAGMA import_database('{outside}')"),
    "PRAGMA json_execute_serialized_sql('{{}}')",
    "CALL enable_logging(storage = 'file', storage_config = {{'path': '{home}/x'}})",
    "CALL pragma_version()",
    # Functions that write
    *("SELECT {blob}", "SELECT system.main.\"Write_Blob\"('{home}/x', 'x'::BLOB)"),
    "SELECT '{home}/x' . write_blob('x'::BLOB)",
    "SELECT list_transform(['{home}/x'], lambda f: write_blob(f, 'x'::BLOB))",
    *("SELECT CASE WHEN true THEN {blob} END", "FROM promotions WHERE {blob}"),
    *("FROM promotions ORDER BY {blob}", "FROM promotions LIMIT (SELECT {blob}::INT)"),
    *("DESCRIBE SELECT {blob}", "SUMMARIZE SELECT {blob}", "EXPLAIN ANALYZE SELECT {blob}"),
    "PIVOT (SELECT {blob} AS a, 1 AS b) ON a USING sum(b)",
    "FROM copy_dir('{home}/tables', '{home}/copies')",
    "FROM enable_logging('QueryLog', storage = 'file', storage_path = '{home}/x')",
    "FROM enable_profiling(save_location = '{home}/x')",
    "FROM delta_set_transaction_version('{home}/tables/promotions', 'x', 1, 1)",
    "FROM checkpoint('memory')",
    # SQL given as text
    "FROM query('FROM enable_logging(''QueryLog'')')",
    "FROM query('SELECT write_' || 'blob(''{home}/x'', ''x''::BLOB)')",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    # The shell of DuckDB
    *("SELECT \udcff", "SELECT '\x00'", ".shell touch {home}/x", ".output {home}/x"),
    *(".read {outside}/secret.txt", ".open {home}/published/artcat.duckdb"),
)

READING_ELSEWHERE = (
    *("FROM read_text('{outside}/secret.txt')", "FROM {csv}", "FROM read_csv({csv})"),
    "FROM read_csv(['{home}/published/published.json', {csv}])",
    "FROM read_blob('{home}/../outside/secret.txt')",
    "FROM read_text('{home}/./../outside/secret.txt')",
    *("FROM read_text('file://{outside}/secret.txt')", "FROM read_json('{outside}/secret.txt')"),
    *("FROM read_text('{home}-beside/secret.txt')", "FROM read_text('{home}/link')"),
    *("FROM read_text('{outside}/*')", "FROM glob('{outside}/*')", "FROM glob('/etc/*')"),
    *("FROM sniff_csv({csv})", "FROM parquet_metadata('{outside}/secret.parquet')"),
    *("FROM read_duckdb('{outside}/secret.duckdb', table_name = 't')", "FROM query_table({csv})"),
    *("FROM '{outside}/secret.duckdb'", "FROM delta_scan({other})"),
    *("DESCRIBE FROM delta_scan({other})", "FROM delta_list_files({other})"),
    *("FROM read_text('/proc/self/environ')", "FROM read_text('/etc/passwd')"),
    *("FROM read_text('~/.aws/credentials')", "FROM 'http://127.0.0.1:9/x.csv'"),
    *("FROM read_csv('https://example.org/x.csv')", "FROM 's3://other-bucket/x.parquet'"),
    *("FROM 'hf://datasets/a/b/x.csv'", "FROM read_text('data:,x')", "PIVOT {csv} ON a"),
    *("FROM secret_of_python", "SELECT current_setting('s3_secret_access_key')"),
    *("SELECT getenv('AWS_SECRET_ACCESS_KEY')", "FROM duckdb_secrets()"),
    *("FROM duckdb_secrets(redact = false)", "FROM which_secret('s3://x', 's3')"),
    "FROM arrow_scan(1, 2, 3)",
)

QUESTIONS = {
    "SELECT count(*) FROM promotions": [("1",)],
    "SELECT role FROM promotions_delta": [("classifier",)],
    "FROM promotions SELECT model_version;": [("m1",)],
    "SELECT 1; SELECT 2 -- the last one counts": [("2",)],
    "VALUES (1, 'a')": [("1", "a")],
    "SELECT count(*) FROM (DESCRIBE promotions)": [(str(len(TABLES["promotions"].schema)),)],
    "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT 2": [("1",), ("2",)],
    "PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)": [("2",)],
    "FROM (PIVOT (SELECT 1 AS a, 2 AS b) ON a IN (1) USING sum(b))": [("2",)],
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b": [("a", "1"), ("b", "2")],
    "SELECT list_transform([1, 2], lambda x: x + 1)": [("[2, 3]",)],
    "SELECT 'write_blob(x)'": [("write_blob(x)",)],
    'SELECT \'"function_name":"query"\'': [('"function_name":"query"',)],
    "SELECT 1 AS query": [("1",)],
    "SELECT count(*) FROM duckdb_settings() WHERE value LIKE '%-that-opens%'": [("0",)],
    "SELECT count(*) FROM read_text('{home}/published/published.json')": [("1",)],
    "SELECT model_version FROM '{home}/published/promotions.parquet'": [("m1",)],
    "SELECT count(*) > 15 FROM glob('{home}/published/*.parquet')": [("true",)],
}

SHOWN = (
    *("SHOW TABLES", "SHOW ALL TABLES", "SUMMARIZE promotions", "FROM duckdb_columns()"),
    *("PRAGMA table_info('promotions')", "FROM histogram('promotions', role)"),
    *("EXPLAIN FROM promotions", "EXPLAIN (ANALYZE, FORMAT json) FROM promotions"),
)


def set_credentials(patch: pytest.MonkeyPatch) -> None:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    for name, value in zip(names, SECRETS, strict=True):
        patch.setenv(name, value)
    patch.setenv("HTTP_PROXY", "http://user:proxy-that-opens@127.0.0.1:9")


@pytest.fixture(scope="module")
def home_and_others(tmp_path_factory) -> FolderStore:
    """A home beside files that are nobody's business."""
    folder = tmp_path_factory.mktemp("questions")
    home = FolderStore(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        promote(home)
        publish(home)
    outside = folder / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text('{"a": "hidden"}')
    (outside / "secret.csv").write_text("a,b\nhidden,1\n")
    (folder / "home-beside").mkdir()
    (folder / "home-beside" / "secret.txt").write_text("hidden")
    (home.folder / "link").symlink_to(outside / "secret.txt")
    with duckdb.connect(str(outside / "secret.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'hidden' AS a")
        connection.execute(f"COPY t TO '{outside}/secret.parquet'")
    promote(FolderStore(outside / "other"))
    return home


@pytest.fixture
def home(home_and_others, monkeypatch) -> FolderStore:
    """That home, while there are credentials in the environment."""
    set_credentials(monkeypatch)
    return home_and_others


@pytest.fixture
def beside(home) -> Path:
    """The folder that the home is in."""
    return home.folder.parent


def contents(folder):
    """Every file below a folder, with what it holds."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def filled(attempted, home, outside):
    """A statement with the addresses of a home and of what is outside."""
    places = {"home": home.uri, "outside": outside}
    short = {name: text.format(**places) for name, text in SHORT.items()}
    return attempted.format(**places, **short)


def attempt(connection, sql):
    """What an attempt gives, "" if it is refused."""
    try:
        return str(sql_sandbox.last_answer(connection, sql).fetchall())
    except (QueryError, duckdb.Error):
        return ""


@contextmanager
def at_prompt(home):
    with analysts.opened(home) as connection:
        sql_sandbox.lock(connection, home)
        yield connection


def test_no_question_writes_reads_elsewhere_or_tells_credentials(home, beside, monkeypatch):
    secret_of_python = pa.table({"a": ["hidden"]})
    monkeypatch.chdir(beside)
    before = contents(beside)
    for opened in (duck.locked(home), at_prompt(home)):
        with opened as connection:
            for attempted in WRITING:
                sql = filled(attempted, home, beside / "outside")
                with pytest.raises(QueryError):
                    sql_sandbox.last_answer(connection, sql)
                assert contents(beside) == before, sql
            for attempted in READING_ELSEWHERE:
                sql = filled(attempted, home, beside / "outside")
                assert attempt(connection, sql) == "", sql
            assert sql_sandbox.last_answer(connection, "SELECT 1").fetchall() == [(1,)]
    assert secret_of_python.num_rows == 1


def test_questions_are_answered(home):
    with duck.locked(home) as connection:
        for question, expected in QUESTIONS.items():
            answer = sql_sandbox.last_answer(connection, question.format(home=home.uri))
            assert answer.project("COLUMNS(*)::VARCHAR").fetchall() == expected, question
        for question in SHOWN:
            assert sql_sandbox.last_answer(connection, question).fetchall(), question


def test_every_function_that_extensions_add_is_refused(home):
    names = "SELECT DISTINCT function_name FROM duckdb_functions()"
    opened = duck.open_database(home, ("artworks",))
    plain = set(duck.open_database().execute(names).fetchall())
    added = {name for (name,) in set(opened.execute(names).fetchall()) - plain}
    assert "delta_scan" in added
    for name in added:
        with duck.locked(home) as connection, pytest.raises(QueryError, match=name):
            sql_sandbox.last_answer(connection, f"SELECT {name}(1)")


def test_files_can_be_read_where_they_are_allowed(home, beside, monkeypatch):
    monkeypatch.chdir(beside / "outside")
    with duck.locked(home, allow_files=True) as connection:
        for file in ("secret.csv", f"{beside}/outside/secret.csv"):
            answer = sql_sandbox.last_answer(connection, f"SELECT a FROM '{file}'")
            assert answer.fetchall() == [("hidden",)]
        before = contents(beside)
        for attempted in (*WRITING, "FROM 'http://127.0.0.1:9/x.csv'"):
            sql = filled(attempted, home, beside / "outside")
            assert attempt(connection, sql) == "", sql
        assert contents(beside) == before


def test_tables_behind_links_are_read(tmp_path):
    home = FolderStore(tmp_path / "home")
    promote(home)
    (home.folder / "tables" / "promotions").rename(tmp_path / "elsewhere")
    (home.folder / "tables" / "promotions").symlink_to(tmp_path / "elsewhere")
    assert duck.run_query(home, "FROM promotions").num_rows == 1


def test_a_question_of_many_parts_and_one_too_deep(home):
    with duck.locked(home) as connection:
        sql = f"SELECT {' + '.join(['1'] * 150)}"
        assert sql_sandbox.last_answer(connection, sql).fetchall() == [(150,)]
        with pytest.raises(QueryError):
            sql_sandbox.last_answer(connection, f"SELECT {' + '.join(['1'] * 5000)}")
        with pytest.raises(QueryError):
            sql_sandbox.last_answer(connection, f"SELECT {'(' * 20_000}1{')' * 20_000}")


@pytest.mark.full
def test_questions_to_a_home_in_s3(s3_home):
    promote(s3_home)
    publish(s3_home)
    other = open_store(f"{s3_home.uri}-other")
    promote(other)
    other.write("x.csv", b"a\nhidden\n")
    s3_home.write("x.csv", b"a\nseen\n")
    before = {(info.key, info.etag) for info in s3_home.list()}
    secret = os.environ["AWS_SECRET_ACCESS_KEY"]
    for opened in (duck.locked(s3_home), at_prompt(s3_home)):
        with opened as connection:
            assert attempt(connection, "SELECT model_version FROM promotions") == "[('m1',)]"
            assert attempt(connection, f"FROM '{s3_home.uri}/x.csv'") == "[('seen',)]"
            assert attempt(connection, f"FROM '{other.uri}/x.csv'") == ""
            assert attempt(connection, f"FROM delta_scan('{other.uri}/tables/promotions')") == ""
            assert secret not in attempt(connection, "FROM duckdb_settings()")
            setting = "SELECT current_setting('s3_secret_access_key')"
            assert attempt(connection, setting) == "[('',)]"
            for attempted in WRITING:
                sql = filled(attempted, s3_home, other.uri)
                assert attempt(connection, sql) == "", sql
    assert {(info.key, info.etag) for info in s3_home.list()} == before

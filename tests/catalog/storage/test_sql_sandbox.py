"""People's SQL reads the tables of a home, and can do nothing else."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import yaml

from catalog.base.errors import QueryError
from catalog.publishing import analysts
from catalog.publishing.publish import publish
from catalog.storage import duck, sql_sandbox
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore, open_store
from tests.building import promote

SECRETS = ("key-that-opens", "secret-that-opens", "token-that-opens")

CASES = yaml.safe_load(Path(__file__).with_name("sql_sandbox.yaml").read_text("utf-8"))
WRITING = (*CASES["writing"], "SELECT \udcff")


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
    short = {name: text.format(**places) for name, text in CASES["short"].items()}
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
            for attempted in CASES["reading_elsewhere"]:
                sql = filled(attempted, home, beside / "outside")
                assert attempt(connection, sql) == "", sql
            assert sql_sandbox.last_answer(connection, "SELECT 1").fetchall() == [(1,)]
    assert secret_of_python.num_rows == 1


def test_questions_are_answered(home):
    columns = "SELECT count(*) FROM (DESCRIBE promotions)"
    with duck.locked(home) as connection:
        for question, expected in CASES["questions"].items():
            answer = sql_sandbox.last_answer(connection, question.format(home=home.uri))
            found = answer.project("COLUMNS(*)::VARCHAR").fetchall()
            assert list(map(list, found)) == expected, question
        for question in CASES["shown"]:
            assert sql_sandbox.last_answer(connection, question).fetchall(), question
        ((count,),) = sql_sandbox.last_answer(connection, columns).fetchall()
        assert count == len(TABLES["promotions"].schema)


def test_every_function_that_extensions_add_is_refused(home):
    names = "SELECT DISTINCT function_name FROM duckdb_functions()"
    opened = duck.open_database(home, ("artworks",))
    plain = set(duck.open_database().execute(names).fetchall())
    added = {name for (name,) in set(opened.execute(names).fetchall()) - plain}
    assert "delta_scan" in added
    with duck.locked(home) as connection:
        for name in added:
            with pytest.raises(QueryError, match=name):
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

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.base.arrow import values
from catalog.base.errors import QueryError
from catalog.storage import duck
from catalog.storage.schemas import TABLES
from tests.building import promote


def test_tables_are_views_and_absent_ones_are_empty_with_their_columns(any_home):
    promote(any_home, "m1")
    connection = duck.connect(any_home)
    rows = duck.arrow(connection, "SELECT role, promoted_at::VARCHAR AS at FROM promotions")
    in_utc = "2024-05-01 12:00:00+00"
    assert rows.to_pylist() == [{"role": "classifier", "at": in_utc}]
    for name in set(TABLES) - {"promotions"}:
        empty = duck.arrow(connection, f"SELECT * FROM {name}")
        assert empty.num_rows == 0
        assert empty.column_names == TABLES[name].schema.names


def test_a_view_stays_as_it_was_when_opened(home):
    promote(home, "m1")
    connection = duck.connect(home, ("promotions",))
    promote(home, "m2")
    assert values(duck.arrow(connection, "FROM promotions"), "model_version") == ["m1"]
    now = duck.run_query(home, "FROM promotions ORDER BY model_version")
    assert values(now, "model_version") == ["m1", "m2"]


def test_a_view_can_be_renewed_after_the_credentials_were(home, monkeypatch):
    promote(home, "m1")
    connection = duck.connect(home, ("promotions", "runs"))
    monkeypatch.setattr(duck, "duckdb_secret", lambda _: ("SET VARIABLE renewed = true", ()))
    duck.arrow(duck.connect(home, ("promotions",)), "FROM promotions")
    promote(home, "m2")
    duck.view(connection, home, ["promotions"])
    now = duck.arrow(connection, "FROM promotions ORDER BY model_version")
    assert values(now, "model_version") == ["m1", "m2"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("SELECT style FROM enrichd", "enriched"),  # it suggests the name that was meant
        ("SELECT colour FROM enriched", "colour"),
        ("SELECT 'red'::INT", "red"),
        *(("", "the query is empty"), ("-- nothing", "the query is empty")),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(home, question, words):
    with pytest.raises(QueryError, match=words):
        duck.run_query(home, question)


def test_relations_of_one_cursor_are_not_seen_by_the_next(home):
    promote(home, "m1")
    connection = duck.connect(home, ("artworks",))
    with pytest.raises(duck.duckdb.CatalogException):  # it was not asked for
        connection.execute("FROM promotions")
    connection.execute("CREATE TEMP TABLE facts AS FROM artworks")
    with pytest.raises(duck.Error, match="TEMPORARY"):
        connection.execute("CREATE TABLE kept AS FROM artworks")
    with pytest.raises(duck.duckdb.CatalogException):
        duck.connect(home, ("artworks",)).execute("FROM facts")


def test_a_table_is_attached_once_per_version_and_until_no_cursor_uses_it(home):
    promote(home, "m1")
    first = duck.connect(home, ("promotions",))
    again = duck.connect(home, ("promotions",))
    assert attached(again, home) == 1
    promote(home, "m2")
    second = duck.connect(home, ("promotions",))
    assert attached(second, home) == 2
    assert len(duck.arrow(first, "FROM promotions")) == 1
    del first, again
    promote(home, "m3")
    assert attached(duck.connect(home, ("promotions",)), home) == 2
    assert len(duck.arrow(second, "FROM promotions")) == 2


def attached(connection, home):
    databases = "SELECT count(*) FROM duckdb_databases() WHERE starts_with(path, $uri)"
    return connection.execute(databases, {"uri": home.uri}).fetchall()[0][0]


def test_a_table_that_is_created_again_is_read_again(home):
    promote(home, "m1")
    assert len(duck.arrow(duck.connect(home, ("promotions",)), "FROM promotions")) == 1
    shutil.rmtree(home.folder / "tables")
    assert len(duck.arrow(duck.connect(home, ("promotions",)), "FROM promotions")) == 0
    promote(home, "m2")
    rows = duck.arrow(duck.connect(home, ("promotions",)), "FROM promotions")
    assert values(rows, "model_version") == ["m2"]


def test_threads_read_the_same_table_at_a_time(home):
    promote(home, "m1")

    def read(_):
        with duck.connect(home, ("promotions",)) as connection:
            connection.execute("CREATE TEMP TABLE own AS FROM promotions")
            return len(duck.arrow(connection, "FROM own"))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(read, range(24))) == {1}

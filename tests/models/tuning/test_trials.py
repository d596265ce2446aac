import math
from dataclasses import replace

from catalog.storage.tables import version_of
from models.tuning.search import Budget
from models.tuning.trials import read, write
from tests.models.studies import STUDY, new_search, run_all


def test_rows_come_back_as_they_were_written(any_home):
    search = new_search()
    rows = run_all(search, 2)
    rows.append(search.fail(search.next(Budget(3, math.inf), 0.0).number, "it diverges"))
    rows.append(search.next(Budget(4, math.inf), 0.0))
    for row in (*rows, replace(rows[0], study="another")):
        write(any_home, row)
    assert read(any_home, STUDY) == rows
    assert [row.state for row in rows[2:]] == ["failed", "running"]


def test_an_equal_row_is_not_written_again(home):
    row = run_all(new_search(), 1)[0]
    write(home, row)
    version = version_of(home, "trials")
    write(home, row)
    assert version_of(home, "trials") == version
    assert read(home, "unknown") == []

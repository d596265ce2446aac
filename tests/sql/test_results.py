"""Results of runs, and the SQL that reads them from `runs`."""

import re
from dataclasses import fields
from pathlib import Path

import sql
from catalog.base.results import RunResult
from flows import results

_READ = re.compile(r"\(\s*(?:runs\.)?result, '\$\.(\w+)")


def test_sql_reads_only_what_results_have():
    kinds = [each for each in vars(results).values() if isinstance(each, type)]
    known = {field.name for kind in kinds if issubclass(kind, RunResult) for field in fields(kind)}
    files = Path(sql.__file__).parent.rglob("*.sql")
    read = {name for file in files for name in _READ.findall(file.read_text())}
    assert read
    assert read <= known

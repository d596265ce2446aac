"""A first night and an unchanged one of facts alone, by the command."""

import json
import shutil

import pytest

from catalog.storage import duck
from catalog.storage.store import open_store
from flows.cli import app

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


def nightly(capsys, catalog, home):
    words = ("--catalog", str(catalog), "--home", str(home), "--preset", "quick", "--json")
    assert app.run(("nightly", *words)) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_first_night_and_an_unchanged_one(capsys, own_sample, tmp_path):
    shutil.rmtree(own_sample / "artwork")
    (own_sample / "artwork").mkdir()
    first = nightly(capsys, own_sample, tmp_path / "home")
    assert first["rows_read"] == first["artworks"] + first["quarantined"] + first["duplicates"]
    # of one artwork nothing is known but its title
    assert (first["artworks"], first["predictions"]) == (200, 199)
    rows = duck.run_query(
        open_store(str(tmp_path / "home")),
        "SELECT predicted_style, confidence, description FROM enriched",
    ).to_pylist()
    assert all(row["description"] for row in rows)
    sure = [row["confidence"] for row in rows if row["predicted_style"]]
    assert (len(rows), len(sure)) == (200, 199)
    assert all(0 < confidence <= 1 for confidence in sure)
    second = nightly(capsys, own_sample, tmp_path / "home")
    assert (second["predictions"], second["forward_passes"], second["described"]) == (0, 0, 0)
    before = first["table_versions"]
    assert second["table_versions"] == {**before, "runs": before["runs"] + 1}

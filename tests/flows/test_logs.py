"""The log of a run as JSON: every line of standard error is one object."""

import json
import os
from pathlib import Path

import pytest
from prefect.settings import get_current_settings

from tests.building import make_catalog
from tests.python_process import artcat_process

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("flows nights")]  # see conftest.py
ROOT = Path(__file__).parents[2]


def lines_of(*tokens):
    url = get_current_settings().api.url
    assert url
    # the tests' server says nothing below a warning, and so would what has its environment
    environment = {n: v for n, v in os.environ.items() if n != "PREFECT_LOGGING_LEVEL"}
    environment |= {"PREFECT_API_URL": url, "ARTCAT_LOG_FORMAT": "json"}
    done = artcat_process(*tokens, env=environment)
    return done, [json.loads(line) for line in done.stderr.splitlines()]


def test_a_run_logs_its_steps_and_shards_and_in_which_run_they_are(tmp_path):
    catalog, home = make_catalog(tmp_path / "catalog").uri, str(tmp_path / "home")
    done, lines = lines_of("ingest", "--catalog", catalog, "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    own = [line for line in lines if line["logger"].startswith("artcat.")]
    assert {line["run"] for line in own} == {result["run_id"]}
    assert {line["flow"] for line in own} == {"ingest"}
    ended = [line for line in own if "ended" in line["message"]]
    assert [line["step"] for line in ended] == ["ingest", "images", "splits"]
    assert ended[0]["counts"]["rows_read"] == result["rows_read"] == 3
    assert all(line["seconds"] > 0 for line in ended)
    (part,) = [line for line in own if line["logger"] == "artcat.shards"]
    assert (part["count"], part["images"]) == (3, {"ok": 3})
    assert {line["flow"] for line in lines if line["logger"] == "prefect.flow_runs"} == {"ingest"}


def test_a_mistake_is_a_line_of_the_log_too(tmp_path):
    done, lines = lines_of("status", "--home", str(tmp_path))
    assert done.returncode == 2
    (line,) = lines
    assert (line["level"], line["logger"]) == ("ERROR", "artcat")
    assert "contains no tables yet" in line["message"]

"""What runs write: logs as JSON, a line for each mistake, and no secret anywhere."""

import json
import os
from pathlib import Path

import pytest
from prefect.settings import get_current_settings

from flows.cli import app
from tests.building import make_catalog
from tests.python_process import artcat_process, python
from tests.s3_server import echo_server, s3_environment

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


KEY = "SecretKeyThatNobodyMaySee0123456789"
TOKEN = "tok/en+=1"  # short: what is said of an error is cut
# The database of the temporary server stays, to be looked at.
_RUN = (
    "import shutil, sys\n"
    "from flows.cli import app\n"
    "from tests.temporary_prefect import prefect_server\n"
    "shutil.rmtree = lambda *_, **__: None\n"
    "with prefect_server():\n"
    "    code = app.run(sys.argv[1:])\n"
    "sys.exit(code)\n"
)


def left_behind(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_that_storage_refuses(tmp_path):
    catalog = make_catalog(tmp_path / "catalog").uri
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with echo_server() as address:
        environment = {
            # The server's empty database is taken from the ordinary cache: to make one takes long.
            **{
                n: v for n, v in os.environ.items() if not n.startswith(("PREFECT", "ARTCAT_CACHE"))
            },
            **s3_environment(address),
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_SESSION_TOKEN": TOKEN,
            "ARTCAT_LOG_FORMAT": "json",
            "PREFECT_LOGGING_LEVEL": "DEBUG",
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "TMPDIR": str(temporary),
        }
        command = ("ingest", "--json", "--catalog", catalog, "--home", "s3://b/h")
        done = python("-c", _RUN, *command, env=environment)
    assert done.returncode == 2, done.stderr
    assert "403 Forbidden" in json.loads(done.stdout.splitlines()[-1])["error"]
    assert list(temporary.rglob("prefect.db*")), "the database is looked at too"
    left = left_behind(tmp_path) | {
        "standard output": done.stdout.encode(),
        "standard error": done.stderr.encode(),
    }
    for secret in (KEY, TOKEN):
        assert [name for name, data in left.items() if secret.encode() in data] == []


@pytest.mark.parametrize(
    "tokens",
    [
        ("status", "--home", f"s3://AKIA:{KEY}@bucket/home"),
        ("ingest", f"--home=s3://AKIA:{KEY}@bucket/home", "--catalog", "x", "--json"),
        ("status", "--unknown", f"s3://AKIA:{KEY}@bucket/home"),
    ],
)
def test_credentials_in_an_address_are_refused_and_not_repeated(capsys, tokens):
    assert app.run(tokens) == 2
    captured = capsys.readouterr()
    assert "contains credentials" in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert KEY not in captured.err + captured.out
    assert "AKIA" not in captured.err + captured.out


def test_credentials_in_the_address_of_the_prefect_server(tmp_path):
    catalog = make_catalog(tmp_path / "catalog").uri
    environment = {**os.environ, "PREFECT_API_URL": f"http://me:{KEY}@127.0.0.1:4200/api"}
    command = ("ingest", "--catalog", catalog, "--home", str(tmp_path / "home"))
    done = artcat_process(*command, env=environment)
    assert done.returncode == 2
    assert "PREFECT_API_URL contains credentials" in done.stderr
    assert KEY not in done.stderr + done.stdout

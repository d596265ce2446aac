"""The commands for analysts: their file, its prompt, export; the page of commands, completion."""

import contextlib
import json
import os
import pty
import shlex
import subprocess
import sys

import duckdb
import pytest

from catalog.publishing.publish import publish
from catalog.sources.parameters import IngestParameters
from catalog.storage.homes import open_home_store
from flows.cli import app
from flows.ingest import ingest
from models.enrichment.describing import describe_artworks
from tests import commands
from tests.flows.running import artcat, refused
from tests.python_process import artcat_process

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


@pytest.fixture(scope="module")
def home(sample, tmp_path_factory):
    uri = str(tmp_path_factory.mktemp("homes") / "told")
    ingest(IngestParameters(catalog=str(sample[0]), home=uri, name="sample"))
    store = open_home_store(uri)
    describe_artworks(store, None, None)
    publish(store)
    return uri


@pytest.mark.full
def test_a_file_of_ones_own(capsys, home, tmp_path):
    file = tmp_path / "mine.duckdb"
    made = artcat(capsys, "duckdb", str(file), "--home", home)
    assert made["home"] == home
    with duckdb.connect(str(file), read_only=True) as connection:
        works = connection.execute("SELECT count(*) FROM enriched").fetchall()
    assert works == [(200,)]
    assert app.run(["duckdb", str(file), "--home", home]) == 0
    assert "macros: nearest(query, n := 10)" in capsys.readouterr().out


def test_the_prompt_answers(capfd, home):
    assert app.run(["sql", "SELECT count(*) AS n FROM artworks", "--home", home, "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == [{"n": 200}]
    assert app.run(["sql", "FROM nowhere", "--home", home]) == 2
    assert "nowhere does not exist" in capfd.readouterr().err
    assert app.run(["sql", "DROP TABLE vectors", "--home", home]) == 2
    assert "read-only" in capfd.readouterr().err


def test_the_prompt_takes_what_comes_on_standard_input(home):
    questions = "SELECT home FROM about;\nFROM disagreements(0.5);"
    done = artcat_process("sql", "--home", home, "--json", input=questions)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0]) == [{"home": home}]


@pytest.mark.full
def test_the_prompt_reads_from_s3_and_tells_nobody_the_key(capfd, s3_home):
    publish(s3_home)
    assert app.run(["sql", "SELECT home FROM about", "--home", s3_home.uri, "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == [{"home": s3_home.uri}]
    given = ["sql", "FROM duckdb_settings()", "--home", s3_home.uri, "--json"]
    assert app.run(given) == 0
    printed = capfd.readouterr().out
    assert "test-secret" not in printed
    assert "test-key" not in printed


def test_export(capsys, home, tmp_path):
    for form in ("parquet", "csv", "jsonl", "linked-art"):
        file = tmp_path / f"works.{form}"
        told = artcat(capsys, "export", "--format", form, "--output", str(file), "--home", home)
        assert told == {"file": str(file), "rows": 200}
        assert file.stat().st_size > 1000
    given = ("export", "--format", "csv", "--output", str(tmp_path / "a"), "--home", home)
    assert "--base goes with" in refused(capsys, *given, "--base", "urn:x:")
    assert "unknown table 'works'" in refused(capsys, *given, "--table", "works")


def test_search_without_an_embedder_is_refused(capsys, home):
    line = refused(capsys, "search", "a stormy sea", "--home", home)
    assert "no images are embedded" in line
    assert "no images are embedded" in refused(capsys, "similar", "sample:1", "--home", home)
    assert "--count" in refused(capsys, "search", "sea", "--count", "0", "--home", home)


@pytest.mark.full
def test_the_page_of_commands_is_what_they_print():
    told = dict(commands.sections())
    shown = commands.on_page()
    assert list(shown) == list(told), "run `python -m tests.commands`"
    for name, text in told.items():
        assert shown[name] == text, f"{name}: run `python -m tests.commands`"


@pytest.mark.parametrize("command", app.COMMANDS)
def test_the_example_of_a_command_can_be_parsed(command):
    arguments = app.EXAMPLES.get(command, "--home artcat-home")
    tokens = [*command.split(), *shlex.split(arguments)]
    app.app.parse_args(tokens, exit_on_error=False, print_error=False)


@pytest.mark.full
def test_completion_is_installed_where_the_shell_finds_it(tmp_path):
    file = tmp_path / "artcat"
    tokens = ["--install-completion", "--shell", "bash", "--output", str(file)]
    assert app.run(tokens) == 0
    assert "complete -F _artcat artcat" in file.read_text()
    assert subprocess.run(["bash", "-n", str(file)], check=False).returncode == 0


def test_an_answer_is_written_to_a_file_outside_the_home(capsys, home, tmp_path):
    given = ("query", "SELECT count(*) AS n FROM enriched", "--home", home, "--output")
    file = tmp_path / "works.csv"
    assert artcat(capsys, *given, str(file)) == {"file": str(file)}
    assert file.read_text() == "n\n200\n"
    assert "would be in the home" in refused(capsys, *given, f"{home}/published/enriched.parquet")
    assert "would be in the home" in refused(
        capsys, "export", "--format", "csv", "--output", f"{home}/works.csv", "--home", home
    )
    assert "cannot write" in refused(capsys, *given, str(tmp_path / "nowhere" / "works.csv"))


def test_files_of_this_machine_are_read_only_where_they_are_allowed(capsys, home, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("a\n7\n")
    for command in ("query", "sql"):
        given = (command, f"SELECT a FROM '{file}'", "--home", home)
        assert "Permission Error" in refused(capsys, *given)
        assert app.run([*given, "--allow-files", "--json"]) == 0
        assert '"a": 7' in capsys.readouterr().out


def test_the_prompt_answers_a_person(home):
    """A terminal: statements over several lines, mistakes that end nothing, `.quit`."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "flows.cli", "sql", "--home", home])
    os.write(terminal, b"SELECT 40 +\n2 AS answer;\nDROP TABLE vectors;\n.shell id\n.quit\n")
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal's output
        while piece := os.read(terminal, 4096):
            shown += piece
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b" 42 " in shown
    assert b"read-only" in shown
    assert b"syntax error" in shown
    assert b"uid=" not in shown

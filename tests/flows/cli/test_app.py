"""The command line: exit codes, one clear line for a mistake, output for machines."""

import json
import shlex

import pytest
from safetensors.torch import save_file

from catalog.base.errors import StoreError
from catalog.sources.parameters import IngestParameters
from catalog.storage.homes import open_home_store
from flows.cli import app
from flows.ingest import ingest
from models.networks.clip import build
from tests.flows.running import artcat, refused

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


@pytest.fixture(scope="module")
def ingested(sample, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("homes") / "ingested")
    ingest(IngestParameters(catalog=str(sample[0]), home=home))
    return home


@pytest.mark.parametrize("command", app.COMMANDS)
def test_each_command_has_help_with_an_example(command, capsys):
    assert app.run(["--help"]) == 0
    assert command.split()[0] in capsys.readouterr().out
    assert app.run([*command.split(), "--help"]) == 0
    text = capsys.readouterr().out
    assert all(part in text for part in (f"artcat {command}", "Example:", "--json"))
    homeless = command.startswith("mapping ") or command in {"sample", "template check"}
    assert ("--home" in text) != homeless


def test_from_a_file_to_its_mapping(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town.csv").write_text("Inv. no.;Title;Year;Photo\n1;Harbour;1880;\n2;Vase;;\n")
    assert app.run(["mapping", "init", "town.csv"]) == 0
    assert "artcat mapping check town.toml town.csv" in capsys.readouterr().out
    assert "town.toml already exists" in refused(capsys, "mapping", "init", "town.csv")
    assert app.run(["mapping", "init", "town.csv", "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fields"] == ["id", "title", "date"]
    mapping = tmp_path / "town.toml"
    text = mapping.read_text()
    mapping.write_text(text.replace("[fields]", "[fields]\nlocation = 'Photo'"))
    assert app.run(["mapping", "check", "town.toml", "town.csv"]) == 0
    shown = capsys.readouterr().out
    assert "2 rows read: 2 artworks, 0 duplicates, 0 quarantined (0.0%)" in shown
    assert "warning: location: no values in Photo" in shown
    assert "1  1880 -> 1880" in shown
    mapping.write_text(text.replace('title = "Title"', "title = {column='Title', pattern='(x)'}"))
    assert app.run(["mapping", "check", "town.toml", "town.csv", "--json"]) == 0
    title = json.loads(capsys.readouterr().out)["fields"][1]
    assert (title["filled"], title["given"], title["example"]) == (2, 0, "Harbour")
    assert app.run(["mapping", "fields"]) == 0
    assert "identifies the artwork in the catalog" in capsys.readouterr().out
    assert "is not a table" in refused(capsys, "mapping", "init", "folder")


@pytest.mark.full
@pytest.mark.parametrize(
    "command", ["enrich", "train", "tune", "evaluate", "compare", "maintain", "models rollback"]
)
def test_a_home_that_cannot_be_written_is_refused_before_anything_begins(
    command, capsys, ingested, monkeypatch, read_only
):
    monkeypatch.setattr("flows.cli.launch.launch", lambda *_: pytest.fail("it began"))
    line = refused(capsys, *command.split(), "--home", ingested)
    assert line == "artcat: nothing may be put here"


@pytest.fixture
def read_only(monkeypatch):
    def refuse(_):
        raise StoreError("nothing may be put here")

    monkeypatch.setattr("catalog.storage.store.FolderStore.check_writable", refuse)


def test_what_only_looks_needs_no_right_to_write(capsys, ingested, read_only):
    assert app.run(["status", "--home", ingested]) == 0
    assert app.run(["enrich", "--plan", "--home", ingested]) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("nightly --catalog /nowhere --home {tmp}", "no folder /nowhere"),
        ("ingest --catalog {catalog} --home {tmp}/file/home", "cannot write"),
        ("train --home {home} --model ViT-Z-99", "ViT-Z-99"),
        ("train --home {home} --model RN50 --pretrained {tmp}/tiny", "RN50"),
        ("query 'SELECT nothing FROM artworks' --home {home}", "nothing"),
        ("status --home {tmp}", "no tables yet"),
        ("status --nonsense --home {home}", "--nonsense"),
        ("enrich --batch-size 0 --home {home}", "--batch-size: Input should be"),
        ("classify {tmp}/file --home {home}", "no trained model"),
    ],
)
def test_mistakes(capsys, sample, ingested, tmp_path, command, said):
    (tmp_path / "file").write_text("in the way, and no picture")
    if "tiny" in command:
        save_file(build("artcat-tiny", 64).state_dict(), tmp_path / "tiny")
    given = command.format(catalog=sample[0], home=ingested, tmp=tmp_path)
    assert said in refused(capsys, *shlex.split(given))


def test_a_bucket_that_is_not_there(capsys, sample, s3_home):
    line = refused(capsys, "ingest", "--catalog", str(sample[0]), "--home", "s3://no-such-bucket/x")
    assert "NoSuchBucket" in line


def test_a_refusal_for_machines(capsys, tmp_path):
    assert app.run(["status", "--home", str(tmp_path), "--json"]) == 2
    assert "no tables" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize(
    ("form", "expected"), [("csv", "n\n1\n"), ("json", '[{"n": 1}]\n'), ("table", " n\n 1\n")]
)
def test_query_prints_in_three_ways(capsys, ingested, form, expected):
    assert app.run(["query", "SELECT 1 AS n", "--format", form, "--home", ingested]) == 0
    assert capsys.readouterr().out == expected


def test_status_reports_what_the_checks_of_the_last_run_found(capsys, ingested):
    status = artcat(capsys, "status", "--home", ingested)
    assert status["home"] == open_home_store(ingested).uri
    assert set(status["table_versions"]) >= {"artworks", "images", "runs"}
    (found,) = status["checks"].values()
    assert found["flow"] == "ingest"
    assert found["passed"] > len(found["warned"]) > 0
    assert app.run(["status", "--home", ingested]) == 0
    printed = capsys.readouterr().out
    assert f"wga: {found['passed']} passed, {len(found['warned'])} warned (ingest of " in printed
    for warning in found["warned"]:
        assert f"warned: {warning['meaning']} ({warning['rows']:,}: " in printed

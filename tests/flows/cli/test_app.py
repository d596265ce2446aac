"""The command line: exit codes, one clear line for a mistake, output for machines."""

import json

import pytest

from catalog.base.errors import StoreError
from catalog.sources.parameters import IngestParameters
from catalog.storage.homes import open_home_store
from flows.cli import app
from flows.ingest import ingest
from tests.flows.running import refused
from tests.python_process import artcat_process

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


@pytest.fixture(scope="module")
def ingested(sample, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("homes") / "ingested")
    ingest(IngestParameters(catalog=str(sample[0]), home=home))
    return home


def test_help_names_every_command():
    text = artcat_process("--help", check=True).stdout
    for command in app.COMMANDS:
        assert command.split()[0] in text


@pytest.mark.parametrize("command", app.COMMANDS)
def test_each_command_has_help_with_an_example(command, capsys):
    assert app.run([*command.split(), "--help"]) == 0
    text = capsys.readouterr().out
    assert f"artcat {command}" in text
    assert "Example:" in text
    assert "--json" in text
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


def test_no_such_folder(capsys, tmp_path):
    line = refused(capsys, "nightly", "--catalog", "/nowhere", "--home", str(tmp_path))
    assert "no folder /nowhere" in line


@pytest.mark.full
@pytest.mark.parametrize(
    "command", ["enrich", "train", "tune", "evaluate", "compare", "maintain", "models rollback"]
)
def test_a_home_that_cannot_be_written_is_refused_before_anything_begins(
    command, capsys, ingested, monkeypatch
):
    monkeypatch.setattr("catalog.storage.store.FolderStore.check_writable", _refuse)
    monkeypatch.setattr("flows.cli.commands._run", lambda *_, **__: pytest.fail("it began"))
    assert (
        refused(capsys, *command.split(), "--home", ingested) == "artcat: nothing may be put here"
    )


def _refuse(_):
    raise StoreError("nothing may be put here")


def test_what_only_looks_needs_no_right_to_write(capsys, ingested, monkeypatch):
    monkeypatch.setattr("catalog.storage.store.FolderStore.check_writable", _refuse)
    assert app.run(["status", "--home", ingested]) == 0
    assert app.run(["enrich", "--plan", "--home", ingested]) == 0


def test_a_column_that_is_missing_is_named(capsys, own_sample, tmp_path):
    file = own_sample / "artwork_dataset.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("title", "name", 1), encoding="utf-8")
    line = refused(capsys, "ingest", "--catalog", str(own_sample), "--home", str(tmp_path / "h"))
    assert "'title'" in line


def test_an_empty_csv(capsys, own_sample, tmp_path):
    (own_sample / "artwork_dataset.csv").write_bytes(b"")
    line = refused(capsys, "ingest", "--catalog", str(own_sample), "--home", str(tmp_path / "h"))
    assert "artwork_dataset.csv is empty" in line


def test_a_home_that_cannot_be_written(capsys, sample, tmp_path):
    (tmp_path / "file").write_text("in the way")
    home = str(tmp_path / "file" / "home")
    assert "cannot write" in refused(capsys, "ingest", "--catalog", str(sample[0]), "--home", home)


def test_a_bucket_that_is_not_there(capsys, sample, s3_home):
    line = refused(capsys, "ingest", "--catalog", str(sample[0]), "--home", "s3://no-such-bucket/x")
    assert "NoSuchBucket" in line


def test_an_unknown_model(capsys, ingested):
    line = refused(capsys, "train", "--home", ingested, "--model", "ViT-Z-99")
    assert "ViT-Z-99" in line


def test_a_checkpoint_of_another_architecture(capsys, ingested, tmp_path):
    from safetensors.torch import save_file

    from models.networks.clip import build

    file = tmp_path / "weights.safetensors"
    save_file(build("artcat-tiny", 64).state_dict(), file)
    line = refused(
        capsys, "train", "--home", ingested, "--model", "RN50", "--pretrained", str(file)
    )
    assert "RN50" in line


def test_a_mistake_in_sql(capsys, ingested):
    line = refused(capsys, "query", "SELECT nothing FROM artworks", "--home", ingested)
    assert "nothing" in line


def test_a_home_without_tables(capsys, tmp_path):
    assert "no tables yet" in refused(capsys, "status", "--home", str(tmp_path))


def test_classify_without_a_model_or_with_a_text_file(capsys, ingested, tmp_path):
    note = tmp_path / "note.jpg"
    note.write_text("no picture")
    assert "no trained model" in refused(capsys, "classify", str(note), "--home", ingested)


def test_a_refusal_for_machines(capsys, tmp_path):
    assert app.run(["status", "--home", str(tmp_path), "--json"]) == 2
    assert "no tables" in json.loads(capsys.readouterr().out)["error"]


def test_an_interrupted_command_says_how_to_continue(capsys, ingested, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.cli.operator_commands.open_existing_home", interrupted)
    assert app.run(["status", "--home", ingested]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_an_unknown_option_and_an_unfit_value(capsys, ingested):
    assert "--nonsense" in refused(capsys, "status", "--nonsense", "--home", ingested)
    assert "--batch-size: Input should be" in refused(
        capsys, "enrich", "--batch-size", "0", "--home", ingested
    )


@pytest.mark.parametrize(
    ("form", "expected"), [("csv", "n\n1\n"), ("json", '[{"n": 1}]\n'), ("table", " n\n 1\n")]
)
def test_query_prints_in_three_ways(capsys, ingested, form, expected):
    assert app.run(["query", "SELECT 1 AS n", "--format", form, "--home", ingested]) == 0
    assert capsys.readouterr().out == expected


def test_status_reports_what_the_checks_of_the_last_run_found(capsys, ingested):
    assert app.run(["status", "--home", ingested, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["checks"].values()
    assert found["flow"] == "ingest"
    assert found["passed"] > len(found["warned"]) > 0
    assert app.run(["status", "--home", ingested]) == 0
    printed = capsys.readouterr().out
    assert f"wga: {found['passed']} passed, {len(found['warned'])} warned (ingest of " in printed
    for warning in found["warned"]:
        assert f"warned: {warning['meaning']} ({warning['rows']:,}: " in printed


def test_status_for_machines(capsys, ingested):
    assert app.run(["status", "--home", ingested, "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["home"] == open_home_store(ingested).uri
    assert set(status["table_versions"]) >= {"artworks", "images", "runs"}

"""The commands that import decisions and check templates."""

import json

import pytest

from catalog.enrichment.acceptance import update_acceptance
from catalog.enrichment.enriched import EnrichmentScope
from flows.cli import app
from tests.building import put, rows_of
from tests.flows.running import artcat, refused
from tests.review_home import KEY, MODEL, enrich, fill, work

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("flows learning")]  # see conftest.py

HEADER = "artwork_id,reviewer,decided_at,decision,style,shown_style\n"


@pytest.fixture
def works(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "title": "Lilies"})
    return home


def test_decisions_are_imported_and_told(works, tmp_path, capsys):
    file = tmp_path / "decisions.csv"
    file.write_text(
        f"{HEADER}x:1,Ann,2024-05-01T12:00:00Z,accept,,Baroque\n"
        "x:1,Bob,2024-05-02T12:00:00Z,reject,,Baroque\n"
    )
    command = ["review", "import", str(file), "--home", works.uri]
    done = artcat(capsys, *command)
    assert (done["rows"], done["new"], done["works"], len(done["conflicts"])) == (2, 2, 1, 1)
    assert app.run(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 decisions on 1 artwork (1 accept, 1 reject): 0 new, 2 already imported; "
        "0 artworks changed",
        "reviewers disagree on x:1: Bob not Baroque (latest, takes effect); Ann Baroque",
    ]
    file.write_text(f"{HEADER}x:2,Ann,2024-05-01T12:00:00Z,accept,,Baroque\n")
    assert app.run([*command, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)["error"]
    assert told == f"{file}, line 2: the home has no artwork x:2; nothing was imported"


def test_templates_are_checked(works, tmp_path, capsys, monkeypatch):
    (found,) = artcat(capsys, "template", "check")["templates"]
    assert found["language"] == "en"
    file = tmp_path / "fr.j2"
    file.write_text("Une œuvre{% if style %}{% if hedged %}, peut-être{% endif %} ({{ style }})")
    line = refused(capsys, "template", "check", str(file))
    assert line.startswith(f"artcat: {file}, line 1: Unexpected end of template")
    (tmp_path / "en.j2").write_text("{{ artist }}")
    monkeypatch.setenv("ARTCAT_TEMPLATES", str(tmp_path))
    assert f"{tmp_path / 'en.j2'}, line 1: " in refused(capsys, "enrich", "--home", works.uri)
    monkeypatch.undo()
    file.write_text(f"{file.read_text()}{{% endif %}}.")
    assert app.run(["template", "check", str(file)]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].startswith(f"{file} is valid (fr); ")
    assert "  Une œuvre (Medieval).\n" in printed


def test_the_page_for_curators_is_built(works, capsys):
    put(works, "enriched", {"artwork_id": "x:1", "catalog": "x", "review_state": "unknown"})
    command = ["review", "build", "--home", works.uri]
    built = artcat(capsys, *command)
    assert (built["works"], built["to_decide"], built["pictures"]) == (1, 1, 0)
    assert works.exists("reports/review/index.html")
    assert app.run(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 artwork, 1 need a decision (1 of unknown style); 0 pictures",
        f"open {works.uri}/reports/review/index.html",
    ]
    assert app.run([*command, "--works", "0"]) == 2


def test_an_audit_is_drawn_and_goes_on(home, tmp_path, capsys):
    fill(home, [work(number) for number in range(5)])
    accepted = [{**row, "decision": "accepted"} for row in rows_of(home, "predictions")]
    put(home, "predictions", *accepted)
    command = ["review", "build", "--audit", "3", "--home", home.uri]
    assert "run `artcat enrich` first" in refused(capsys, *command)
    update_acceptance(home, EnrichmentScope(None, KEY), MODEL)
    enrich(home)
    assert app.run(command) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "audit of x: 3 artworks drawn, 3 undecided; 59 more confirmations, "
        "without a correction, would open the catalog, more than are left here",
        "3 artworks, 3 of them need a decision; 3 pictures",
    ]
    (audit,) = artcat(capsys, *command)["audits"]
    assert (audit["artworks"], audit["is_new"]) == (3, False)
    line = refused(capsys, *command, "--new-sample", "--name", "y")
    assert "there are no predictions for the catalog y" in line
    assert app.run(["status", "--home", home.uri]) == 0
    assert "x: closed: audit: nothing" not in capsys.readouterr().out, "enrichment measures it"
    update_acceptance(home, EnrichmentScope(None, KEY), MODEL)
    file = tmp_path / "decisions.csv"
    (drawn, *_) = (row["artwork_id"] for row in rows_of(home, "audits"))
    file.write_text(f"{HEADER}{drawn},Ann,2024-05-01T12:00:00Z,accept,,Baroque\n")
    assert app.run(["status", "--home", home.uri]) == 0
    assert (
        "  x: closed: audit: nothing decided yet: 59 more decisions without a correction would "
        "open it; next: decide 3 of the 3 artworks in the audit: `artcat review build --name x "
        "--audit 3` shows them"
    ) in capsys.readouterr().out.splitlines()
    assert app.run(["review", "import", str(file), "--home", home.uri]) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "1 of these artworks belong to an audit: run `artcat enrich` to evaluate it"
    )


def test_agreement_is_reported(works, tmp_path, capsys):
    command = ["review", "agreement", "--home", works.uri]
    assert app.run(command) == 0
    assert "there are no decisions on predictions yet" in capsys.readouterr().out
    file, row = tmp_path / "decisions.csv", "x:1,Ann,2024-05-01T12:00:00Z,accept,,Baroque,0.75"
    file.write_text(f"{HEADER.strip()},shown_confidence\n{row}\n")
    artcat(capsys, "review", "import", str(file), "--home", works.uri)
    assert app.run(command) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["all", "0.70", "2024-05"]
    assert all(line.endswith("calibrated, within chance") for line in lines)
    found = artcat(capsys, *command)["agreement"]
    assert [each["kind"] for each in found] == ["all", "band", "month"]

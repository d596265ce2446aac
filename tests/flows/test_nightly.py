"""The whole night: from a folder to enriched tables, once and again."""

import json
import os
import shutil

import pytest
from PIL import Image

from catalog.publishing import analysts
from catalog.storage import duck, tables
from catalog.storage.store import open_store
from flows.cli import app
from models.parameters import NightlyParameters
from tests import cookbook
from tests.flows.running import artcat, forget_labels, refused
from tests.python_process import python

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("flows nights")]  # see conftest.py

KEYS = set(
    "run_id rows_read artworks quarantined duplicates images champion forward_passes state "
    "predictions table_versions seconds".split()
)


def asked(home, question):
    return duck.run_query(open_store(home), question).to_pylist()


def enriched(home):
    return asked(home, "SELECT * FROM enriched ORDER BY artwork_id")


@pytest.fixture(scope="module")
def done(sample, tmp_path_factory):
    """A home in which the nightly run has been, and what that run printed."""
    from flows.deployed import nightly

    home = str(tmp_path_factory.mktemp("homes") / "home")
    given = {"catalog": str(sample[0]), "home": home, "name": "sample", "preset": "quick"}
    return home, nightly(NightlyParameters(**given)).summary()


@pytest.fixture
def own_home(done, tmp_path):
    return str(shutil.copytree(done[0], tmp_path / "home"))


def test_every_row_and_image_is_accounted_for(done, sample):
    home, result = done
    report = sample[1]
    assert set(result) >= KEYS
    assert result["rows_read"] == report.rows
    assert result["rows_read"] == result["artworks"] + result["quarantined"] + result["duplicates"]
    assert sum(result["images"].values()) == result["state"]["artworks"] == result["artworks"]
    # artworks without a usable image are predicted from their facts
    assert result["images"]["ok"] < result["predictions"] == result["state"]["with_prediction"]
    # training has embedded some of the images already
    assert 0 < result["forward_passes"] < result["images"]["ok"]
    embedded = asked(home, "SELECT count(*) AS images FROM embeddings GROUP BY encoder")
    assert {"images": result["images"]["ok"]} in embedded
    assert result["orphans"] == report.orphans
    assert result["champion"]


def test_works_without_a_label_are_predicted_and_labels_are_kept(done):
    rows = enriched(done[0])
    unlabelled = [row for row in rows if row["catalog_style"] is None]
    assert any(row["predicted_style"] for row in unlabelled)
    for row in rows:
        if row["catalog_style"]:
            assert (row["style"], row["style_source"]) == (row["catalog_style"], "catalog")
        elif row["decision"] != "accepted":
            assert (row["style"], row["style_source"]) == (None, "unknown")
        assert row["description"].startswith("This is a")
        assert row["confidence"] is None or 0 < row["confidence"] <= 1


def test_all_models_are_measured_on_both_splits_and_drawn(done):
    home, result = done
    seen = {(row["kind"], row["scheme"], row["part"]) for row in result["leaderboard"]}
    assert seen == {
        (kind, scheme, part)
        for kind in ("probe", "clip", "facts", "combined")
        for scheme in ("random", "artist")
        for part in ("validation", "test")
    }
    keys = [info.key for info in open_store(home).list("reports")]
    assert "reports/evaluation.html" in keys
    pictures = [key for key in keys if not key.endswith((".html", ".md"))]
    # of the four only CLIP is trained in epochs
    assert len([key for key in pictures if key.endswith("loss-curves.png")]) == 2
    assert len([key for key in pictures if "confusion-matrix" in key]) == 16
    for key in pictures:
        assert open_store(home).read(key).startswith(b"\x89PNG")


def test_what_changed_and_the_figures_stand_in_the_home_and_on_the_server(done):
    from prefect.artifacts import Artifact

    home, result = done
    assert result["changes"]["new"] == result["state"]["artworks"]
    page = open_store(home).read(f"reports/runs/{result['run_id']}.md").decode()
    assert result["what_changed"].endswith(f"{result['run_id']}.md")
    assert f"Model `{result['champion']}` is new" in page
    changed, summary, board, pictures = (
        Artifact.get(key=key) for key in "what-changed summary leaderboard contact-sheet".split()
    )
    assert changed.data.startswith("# What changed")
    assert summary.description == pictures.description == f"run {result['run_id']}"
    told = {(row["of"], row["what"]): row["how many"] for row in json.loads(summary.data)}
    assert told["the collection", "artworks"] == result["state"]["artworks"]
    assert told["the run", "predictions"] == result["predictions"]
    rows = json.loads(board.data)
    assert [row["version"] for row in rows if row["champion"]] == [result["champion"]]
    assert {row["split"] for row in rows} == {"artist", "random"}
    assert pictures.data.startswith("data:image/jpeg;base64,")


def test_the_night_and_the_collection_have_a_page_each(done, capsys):
    home, result = done
    store = open_store(home)
    run_page = store.read(f"reports/runs/{result['run_id']}.html").decode()
    assert result["page"].endswith(f"{result['run_id']}.html")
    collection = store.read("reports/collection.html").decode()
    for page in (run_page, collection):
        assert page.count("data:image/png") == 2  # confusion and reliability of the champion
        assert "data:image/jpeg" in page
        assert "<script" not in page
    assert "forward passes" in run_page
    command = ("report", "--home", home)
    assert artcat(capsys, *command)["page"] == result["collection"]
    assert artcat(capsys, *command, "--run", result["run_id"][:8])["page"] == result["page"]
    refused(capsys, *command, "--run", "no such run")


def test_runs_are_listed_and_shown(done, capsys):
    home, result = done
    listed = artcat(capsys, "runs", "list", "--flow", "nightly", "--home", home)
    assert listed["runs"][-1]["run_id"] == result["run_id"]
    assert listed["runs"][-1]["changes"] == result["changes"]
    short = result["run_id"][:10]
    shown = artcat(capsys, "runs", "show", short, "--home", home)
    assert shown["run"]["run_id"] == result["run_id"]
    assert shown["counts"]["forward_passes"] == result["forward_passes"]
    assert shown["versions_after"]["enriched"] == result["table_versions"]["enriched"]
    assert len(shown["changes"]["examples"]) == 20
    assert app.run(["runs", "list", "--home", home]) == 0
    assert f"{result['run_id'][:13]} " in capsys.readouterr().out
    assert app.run(["runs", "show", short, "--home", home]) == 0
    printed = capsys.readouterr().out
    assert f"changes: {result['state']['artworks']} new" in printed
    assert "  publish " in printed
    line = refused(capsys, "runs", "show", "no-such-run", "--home", home)
    assert "`artcat runs list`" in line
    refused(capsys, "runs", "list", "--last", "0", "--home", home)


def test_an_unchanged_night_predicts_nothing_and_commits_one_row(done, sample, capsys):
    home, first = done
    command = ("nightly", "--catalog", str(sample[0]), "--home", home, "--name", "sample")
    again = artcat(capsys, *command)
    assert again["forward_passes"] == again["images_read"] == again["described"] == 0
    before, after = first["table_versions"], again["table_versions"]
    assert {name for name in after if after[name] != before.get(name)} == {"runs"}
    assert after["runs"] == before["runs"] + 1
    assert again["changes"] == {}


def test_a_changed_night_costs_what_changed(own_home, own_sample, capsys):
    command = ("--catalog", str(own_sample), "--home", own_home, "--name", "sample")
    file = own_sample / "artwork_dataset.csv"
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text(f"{text}\n990001,,a new work,,,\n990002,,another one,,,\n", encoding="utf-8")
    usable = next(
        path for path in sorted((own_sample / "artwork").glob("*.jpg")) if path.stat().st_size > 999
    )
    (own_sample / "artwork" / "990001.jpg").write_bytes(usable.read_bytes() + b"!")
    result = artcat(capsys, "nightly", *command)
    assert (result["new"], result["images_read"], result["predictions"]) == (2, 1, 1)
    # the classifier looks, and the embedder if that is another
    encoders = asked(own_home, "SELECT DISTINCT encoder FROM embeddings")
    assert result["forward_passes"] == len(encoders)
    assert result["changes"]["new"] == sum(result["changes"].values()) == 2
    rows = {row["artwork_id"]: row for row in enriched(own_home)}
    assert rows["sample:990002"]["predicted_style"] is None
    assert rows["sample:990002"]["image_status"] == "missing"
    assert rows["sample:990001"]["predicted_style"] is not None


def test_keeping_house_leaves_every_row(done, own_home, capsys):
    home, store = own_home, open_store(own_home)
    store.write("shards/sample/stray.parquet", b"1")
    os.utime(store.path("shards/sample/stray.parquet"), (0, 0))
    before = tables.versions(store)
    would = artcat(capsys, "maintain", "--dry-run", "--home", home)
    assert would["leftovers"]["shards"]["examples"] == ["shards/sample/stray.parquet"]
    assert tables.versions(store) == before
    result = artcat(capsys, "maintain", "--home", home)
    assert result["leftovers"] == would["leftovers"]
    assert not store.exists("shards/sample/stray.parquet")
    compacted = set(result["compacted"])
    after = tables.versions(store)
    assert {name for name in after if after[name] != before[name]} == {"runs", *compacted}
    assert enriched(home) == enriched(done[0])
    assert app.run(["maintain", "--home", home]) == 0
    assert "shards" not in capsys.readouterr().out


def test_a_home_in_s3_holds_the_same_rows(done, sample, s3_home, capsys):
    # The trained models come along, as they would from another home; all else is done anew.
    local = open_store(done[0])
    for folder in ("models", "tables/models", "tables/promotions", "tables/evaluations"):
        for info in local.list(folder):
            s3_home.write(info.key, local.read(info.key))
    command = ("nightly", "--catalog", str(sample[0]), "--home", s3_home.uri)
    result = artcat(capsys, *command, "--name", "sample")
    assert result["forward_passes"] == result["images"]["ok"]
    assert enriched(s3_home.uri) == enriched(done[0])
    assert s3_home.exists("published/enriched.parquet")


def test_a_catalog_without_labels_is_ingested_and_says_what_is_missing(
    own_sample, tmp_path, capsys
):
    forget_labels(own_sample)
    home = str(tmp_path / "home")
    result = artcat(capsys, "nightly", "--catalog", str(own_sample), "--home", home)
    assert "label" in result["missing"]
    assert result["predictions"] == 0
    assert result["state"]["artworks"] == result["artworks"] > 0


def test_published_files_are_read_by_plain_duckdb(done):
    home, result = done
    script = (
        "import duckdb, sys\n"
        "parquet, database = sys.argv[1:]\n"
        "print(duckdb.sql(f\"SELECT count(*) FROM '{parquet}'\").fetchone()[0])\n"
        "with duckdb.connect(database, read_only=True) as connection:\n"
        "    print(connection.sql('SELECT sum(works) FROM works_by_style').fetchone()[0])\n"
        "assert not {'catalog', 'deltalake'} & set(sys.modules)\n"
    )
    published = open_store(home).uri_of("published")
    files = (f"{published}/enriched.parquet", f"{published}/artcat.duckdb")
    done_ = python("-I", "-c", script, *files, check=True)
    assert [int(line) for line in done_.stdout.split()] == [result["state"]["artworks"]] * 2


def test_classify_knows_a_work_by_its_picture(done, sample, tmp_path, capsys):
    home, _ = done
    row = next(row for row in enriched(home) if row["image_status"] == "ok" and row["title"])
    known = sample[0] / "artwork" / f"{row['artwork_id'].partition(':')[2]}.jpg"
    other = tmp_path / "other.png"
    Image.new("RGB", (80, 60), "teal").save(other)
    result = artcat(capsys, "classify", str(known), str(other), "--home", home)
    first, second = result["images"]
    assert (first["artwork_id"], first["description"]) == (row["artwork_id"], row["description"])
    assert second["artwork_id"] is None
    assert "title" not in second["description"]
    assert first["confidence"] == pytest.approx(row["confidence"], abs=1e-4)


def test_classify_takes_facts_and_says_what_it_cannot_read(done, tmp_path, capsys):
    home, image = done[0], tmp_path / "sunrise.png"
    Image.new("RGB", (80, 60), "orange").save(image)
    command = ("classify", str(image), "--home", home)
    facts = ("--artist", "WHO, Ever", "--title", "sunrise", "--date", "1872", "--technique", "oil")
    result = artcat(capsys, *command, *facts)
    (found,) = result["images"]
    # of so small a sample no pool is fitted to image and facts together
    assert found["pattern"] in {"image", "facts", "image+facts"}
    assert found["because"].startswith(found["pattern"].partition("+")[0] + ": ")
    assert "WHO, Ever" in found["description"]
    assert "Sunrise" in found["description"]
    for wrong, said in (
        (("--date", "sometime"), "--date: not part of a date: sometime"),
        (("--date", "1872", "--facts", "facts.csv"), "not both"),
    ):
        assert said in refused(capsys, *command, *wrong)


def test_analysts_search_what_the_night_left(done, capsys):
    home, _ = done
    found = artcat(capsys, "search", "a stormy sea", "--count", "3", "--home", home)["works"]
    assert len(found) == 3
    work = found[0]["artwork_id"]
    assert app.run(["similar", work, "--count", "2", "--home", home]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    with analysts.opened(open_store(home)) as connection:
        rows = {
            number: len(connection.execute(text).fetchall())
            for number, text in cookbook.questions().items()
        }
        ((told,),) = connection.execute(
            "SELECT count(*) FROM changed_since('2000-01-01')"
        ).fetchall()
    # Of so few works nothing is said with much confidence: the one question may find no row.
    assert {number for number, count in rows.items() if not count} <= {11}
    assert told == 200

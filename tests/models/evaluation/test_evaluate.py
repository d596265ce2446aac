"""Evaluation of a home with two small models, and again after a change of labels."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from catalog.datasets import examples
from catalog.images.shards import Prepared, write_shard
from catalog.storage import duck
from catalog.storage.store import FolderStore
from models.classifiers.calibration import Calibration, calibrate
from models.evaluation import evaluate as evaluation
from models.evaluation import leaderboard
from models.evaluation.pictures import SHOWN, most_confident_mistakes
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.measures import EvaluatedVariant
from models.versions import registry, storage
from reports.evaluation.page import write_report
from reports.evaluation.words import _tested
from tests.building import put
from tests.models.building import logits_of

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("three_styles")]


def calibrated(classifier, works):
    labels = np.array([classifier.styles.index(style) for style in works["style"].to_pylist()])
    fitted = calibrate(logits_of(classifier, works["image"].to_pylist()), labels)
    return replace(classifier, calibration=fitted)


HOSTILE = "<script>alert('title')</script> at $5 & \"more\""


def fill(home, parts):
    """Write works of the parts of the split `artist` into a home; titles cannot be trusted."""
    for part, works in parts.items():
        rows = works.to_pylist()
        ids = [row["artwork_id"] for row in rows]
        prepared = [
            Prepared(n, f"sha-{n}", "ok", image=r["image"]) for n, r in zip(ids, rows, strict=True)
        ]
        shard = write_shard(home, "test", prepared)
        for row in rows:
            named = {"catalog": "test", "title": HOSTILE, "form": "painting"}
            row |= {**named, "artist": row["artist_catalogued"], "artist_display": row["artist"]}
        names = ("artwork_id", "catalog", "style", "artist", "artist_display", "title", "form")
        put(home, "artworks", *({name: row[name] for name in names} for row in rows))
        stored = {"status": "ok", "shard": shard}
        put(home, "images", *({"artwork_id": n, "sha256": f"sha-{n}", **stored} for n in ids))
        split = {"scheme": "artist", "part": part}
        put(home, "splits", *({"artwork_id": n, "group_id": n[:-1], **split} for n in ids))


@pytest.fixture(scope="module")
def measured_once(
    tmp_path_factory, train_table, held_out, make_examples, trained_cnn, trained_clip
):
    """A home with two models that were measured."""
    home = FolderStore(tmp_path_factory.mktemp("homes") / "measured")
    test = make_examples({"Baroque": 7, "Realism": 5, "Impressionism": 4}, seed=3)
    fill(home, {"train": train_table, "validation": held_out, "test": test})
    for number, trained in enumerate((trained_cnn, trained_clip)):
        given = {"scheme": "artist", "preset": "quick", "training_key": str(number)}
        storage.save(home, calibrated(trained, held_out), **given)
    for model in registry.models(home):
        assert evaluation.evaluate(home, model)
    return home


@pytest.fixture
def measured(measured_once, tmp_path):
    """A copy of that home, which a test may change."""
    return FolderStore(shutil.copytree(measured_once.folder, tmp_path / "home"))


@pytest.fixture
def models(measured):
    return {model.method: model for model in registry.models(measured)}


def all_wrong(judged):
    """HeldOutPredictions of the same works, every one wrong, of the last the surest."""
    logits = np.roll(np.eye(3), 1, 1)[judged.labels] * np.linspace(1, 5, len(judged))[:, None]
    return replace(judged, plain=logits, corrected=logits)


def rows_of(home):
    return duck.connect(home, ("evaluations",)).execute("FROM evaluations").fetchall()


def test_both_variants_of_both_parts_are_measured_and_predictions_are_stored(measured, models):
    rows = leaderboard.leaderboard(measured)
    assert len(rows) == 2 * 2 * 2
    assert [row["part"] for row in rows] == ["test"] * 4 + ["validation"] * 4
    for row in rows:
        classifier = storage.load(measured, row["model_version"])
        judged = held_out_predictions.read(measured, row["model_version"], row["part"])
        guesses = judged.guesses(row["prior_correction"])
        assert row["accuracy"] == pytest.approx(np.mean(guesses == judged.labels), abs=1e-6)
        assert row["configured"] == (classifier.config.prior_correction == row["prior_correction"])
        assert row["works"] == len(judged) == {"test": 16, "validation": 18}[row["part"]]
        if row["configured"]:
            temperature = pytest.approx(classifier.calibration.temperature, abs=1e-5)
            assert row["measures"]["temperature"]["value"] == temperature
        retrieved = [name for name in row["measures"] if name.startswith("caption_")]
        expected = row["method"] != "cnn" and row["configured"] and row["part"] == "test"
        assert len(retrieved) == (4 if expected else 0)
    assert json.dumps(rows, default=str, allow_nan=False)
    for model in models.values():
        found = measured.list(f"reports/artist/{model.method}-{model.model_version}")
        kinds = Counter(info.key.rpartition("/")[2].split("-")[0] for info in found)
        assert kinds == {"confusion": 2, "reliability": 2, "mistakes": 2, "loss": 1}


def test_a_model_is_asked_again_when_works_or_labels_have_changed(measured, models, monkeypatch):
    model = models["cnn"]
    with monkeypatch.context() as patch:
        patch.setattr(storage, "load", None)  # whoever loads a model, asks it
        assert not evaluation.evaluate(measured, model)
    before = held_out_predictions.read(measured, model.model_version, "test")
    changed = before.artwork_ids[0]
    put(measured, "artworks", {"artwork_id": changed, "style": "Realism", "title": "relabelled"})
    assert not evaluation.is_current(measured, model)
    assert evaluation.evaluate(measured, model)
    after = held_out_predictions.read(measured, model.model_version, "test")
    assert after.styles[after.labels[0]] == "Realism"
    assert np.array_equal(after.plain, before.plain)
    put(measured, "artworks", {"artwork_id": changed, "style": "Realism", "removed_at": 1})
    assert evaluation.evaluate(measured, model)
    assert len(held_out_predictions.read(measured, model.model_version, "test")) == len(before) - 1
    assert not evaluation.evaluate(measured, model)


def test_predictions_made_out_of_fold_are_used_as_they_are(measured, models, train_table, held_out):
    model = models["cnn"]
    works = pa.concat_tables([train_table, held_out])
    styles = storage.load(measured, model.model_version).styles
    labels = np.array([styles.index(style) for style in works["style"].to_pylist()])
    right = np.eye(3)[labels] * 5
    ids, groups = (works[name].to_pylist() for name in ("artwork_id", "group_id"))
    judged = HeldOutPredictions(styles, ids, groups, labels, right, right, out_of_fold=True)
    held_out_predictions.write(measured, model.model_version, "validation", judged)
    measured.delete(f"models/{model.model_version}/judgements-test.parquet")
    assert evaluation.evaluate(measured, model)
    assert held_out_predictions.read(measured, model.model_version, "validation").out_of_fold
    (row,) = (
        row
        for row in leaderboard.leaderboard(measured)
        if row["configured"] and (row["method"], row["part"]) == ("cnn", "validation")
    )
    assert (row["works"], row["accuracy"]) == (works.num_rows, 1.0)
    assert not evaluation.evaluate(measured, model)


def test_an_interrupted_evaluation_is_done_again(measured, models):
    version = models["cnn"].model_version
    measured.delete(f"models/{version}/judgements-test.parquet")
    before = rows_of(measured)
    assert evaluation.evaluate(measured, models["cnn"])
    assert sorted(map(str, rows_of(measured))) == sorted(map(str, before))


def test_a_home_without_labelled_works_measures_nothing_and_once(home, trained_cnn):
    storage.save(home, trained_cnn, scheme="artist", preset="quick", training_key="1")
    (model,) = registry.models(home)
    assert evaluation.evaluate(home, model)
    assert not evaluation.evaluate(home, model)
    assert leaderboard.leaderboard(home) == []


def test_the_champion_is_held_against_the_others(measured, models):
    rows = leaderboard.leaderboard(measured)
    assert leaderboard.against_champion(measured, rows) == []
    champion = models["cnn"].model_version
    registry.promote(measured, champion, "a test")
    compared = leaderboard.against_champion(measured, rows)
    parts = [(row["scheme"], row["part"]) for row in compared]
    assert parts == [("artist", "test"), ("artist", "validation")]
    first = held_out_predictions.read(measured, champion, "test")
    assert compared[0]["champion"] == champion
    assert compared[0]["works"] == len(first)
    assert 0 <= compared[0]["p_value"] <= 1
    assert json.dumps(compared, allow_nan=False)


def test_the_report_shows_it_all_and_trusts_no_word_of_a_catalog(measured, models):
    champion = models["cnn"].model_version
    registry.promote(measured, champion, "a test")
    wrong = all_wrong(held_out_predictions.read(measured, champion, "test"))
    held_out_predictions.write(measured, champion, "test", wrong)
    put(measured, "artworks", {"artwork_id": "test:bare", "catalog": "test", "title": HOSTILE})
    assert write_report(measured) == measured.uri_of(leaderboard.REPORT)
    page = measured.read(leaderboard.REPORT).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;title&#39;)" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/png;base64,") >= 4
    assert "data:image/jpeg;base64," in page
    for model in models.values():
        assert model.architecture in page
    for words in (
        *("The champion", "McNemar", "prior correction", "first among up to 128", "no style label"),
        *("most confident mistakes", 'scope="row"', 'name="viewport"'),
        "prefers-color-scheme: dark",
    ):
        assert words in page, words
    assert page.count("<img") == page.count(" alt=")


def test_a_home_without_a_champion_or_without_models_has_a_page_or_none(measured, tmp_path):
    assert write_report(measured)
    assert "There is no champion: no evaluated model" in measured.read(leaderboard.REPORT).decode()
    assert write_report(FolderStore(tmp_path / "empty")) is None


@pytest.mark.parametrize(
    ("validation", "out_of_fold", "test", "leads"),
    [
        (175, True, 22, "validation"),
        (175, False, 22, "test"),  # its epoch was chosen there
        (20, True, 22, "test"),
        (22, True, 22, "test"),
        (175, True, None, "validation"),
        (175, False, None, None),
    ],
)
def test_the_largest_honest_part_leads_the_report(validation, out_of_fold, test, leads):
    row = {"model_version": "m", "configured": True, "out_of_fold": out_of_fold}
    rows = [{**row, "part": "validation", "works": validation}]
    if test is not None:
        rows.insert(0, {**row, "part": "test", "works": test})
    other = {**row, "part": "test", "works": 999}
    rows += [{**other, "model_version": "another"}, {**other, "configured": False}]
    found = leaderboard.leading_row(rows, "m")
    assert (found and found["part"]) == leads


def test_parts_that_disagree_are_both_told_and_the_larger_leads():
    def row(works, accuracy, majority):
        known = {"works": works, "accuracy": accuracy, "majority_accuracy": majority}
        return known | {"measures": {"accuracy": {"value": accuracy, "lower": None}}}

    lead, tested = row(175, 0.3, 0.4), row(22, 0.6, 0.4)
    (told,) = _tested(lead, tested)
    assert told.startswith("On the 22 artworks of the test part it is right for 60.0")
    assert told.endswith("The two parts disagree; the larger one is the more reliable.")
    assert "disagree" not in _tested(row(175, 0.5, 0.4), tested)[0]
    assert _tested(tested, tested) == _tested(lead, None) == []


def test_the_most_confident_mistakes_come_with_their_images(measured, models):
    stored = held_out_predictions.read(measured, models["cnn"].model_version, "test")
    variant = EvaluatedVariant(all_wrong(stored), False, Calibration())
    works = examples.works_of(measured, "artist", "test")
    found = most_confident_mistakes(measured, variant, works)
    assert [mistake["artwork_id"] for mistake in found] == stored.artwork_ids[: -SHOWN - 1 : -1]
    works = examples.part_of(measured, "artist", "test").to_pylist()
    images = {work["artwork_id"]: work["image"] for work in works}
    for mistake in found:
        assert mistake["image"] == images[mistake["artwork_id"]]
        assert mistake["prediction"] != mistake["style"]
        assert mistake["title"] == HOSTILE

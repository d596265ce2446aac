from dataclasses import replace

import pytest

from models.classifiers.calibration import Calibration
from models.classifiers.record import TrainingRecord
from models.evidence.pool import name_losses
from models.versions import card, storage
from models.versions.checkpoint import Manifest
from models.versions.inspection import card_of, inspect
from tests.building import put
from tests.models.evidence.building import classifier, pool
from tests.models.versions.building import GIVEN


@pytest.fixture
def saved(trained_clip, home):
    classifier = replace(trained_clip, calibration=Calibration(1.5, 0.8, 0.4))
    return home, storage.save(home, classifier, **GIVEN)


def measure(home, version, metric, value, part="test"):
    row = {"model_version": version, "scheme": "artist", "part": part, "style": "all"}
    row |= {"prior_correction": True, "evidence": "all", "support": 135}
    put(home, "evaluations", {**row, "metric": metric, "value": value})


def test_a_card_is_written_with_the_model_and_says_what_is_not_known_yet(saved):
    home, version = saved
    text = home.read(f"models/{version}/card.md").decode()
    assert text.startswith(f"# Model {version}\n")
    assert "Not evaluated yet: run `artcat evaluate`" in text
    assert "| Baroque | 20 |" in text
    assert "artist-disjoint: no artist" in text
    assert "temperature 1.5000. A prediction is accepted from a confidence of 0.8000 on" in text
    assert "| `loss` | multi-caption |" in text
    assert card_of(home, version) == text


def test_figures_stand_beside_the_majority_class(saved):
    home, version = saved
    for metric, value in (("macro_f1", 0.1071), ("majority_macro_f1", 0.053), ("accuracy", 0.3)):
        measure(home, version, metric, value)
    text = card.write(home, version)
    assert "| artist, test | 135 | 0.300 | - | 0.107 | 0.053 | - |" in text
    assert card_of(home, version) == text


def manifest_of(home, version, **changes):
    manifest = Manifest.model_validate_json(home.read(f"models/{version}/model.json"))
    settings = manifest.settings.model_copy(update=changes)
    return manifest.model_copy(update={"settings": settings})


def test_names_cannot_become_markup(saved):
    names = ("a | b", "<img src=x>", "[x](http://x.y) *www.x.y*\n# no")
    manifest = manifest_of(*saved, styles=names)
    lines = card.compose(manifest, scheme="artist", figures=[]).splitlines()
    assert r"| a \| b | 20 |" in lines
    assert r"| \<img src=x\> | 12 |" in lines
    assert r"| \[x\](http\://x.y) \*www\.x.y\* \# no | 16 |" in lines


def test_intervals_no_acceptance_and_an_import_are_reported(saved):
    manifest = manifest_of(*saved, calibration=Calibration())
    part = {"scheme": "artist", "part": "test", "works": 9, "accuracy": 0.5}
    figures = [part | {"accuracy_interval": [0.41, 0.6]}]
    text = card.compose(manifest, scheme="random", figures=figures, imported=True)
    assert "0.500 (0.410 to 0.600)" in text
    assert "No prediction is accepted" in text
    assert "so figures are optimistic" in text
    assert "trained in another home" in text


@pytest.fixture
def combined(trained_combined, home):
    """A home with a combined classifier that was compared and counted, and its version."""
    both = {"image+facts: log-linear": 0.75, "image+facts: linear": 0.8}
    record = TrainingRecord(
        metrics=name_losses({"image: log-linear": 1.9, **both}),
        accepted={"wga | x": (40, 39), "none": (0, 0)},
        parts={"image": "ab" * 8, "facts": "cd" * 8},
    )
    return home, storage.save(home, replace(trained_combined, record=record), **GIVEN)


def test_a_combined_model_shows_its_parts_and_how_they_are_combined(combined):
    home, version = combined
    text = home.read(f"models/{version}/card.md").decode()
    assert "30 artworks, 48 of them with an image" in text
    assert "| Baroque | 10 | 20 |" in text
    assert f"| image | baseline-cnn (cnn) | {'ab' * 8} |" in text
    assert f"| facts | gradient-boosted trees | {'cd' * 8} |" in text
    assert "| place | `nationality` | nationalities: " in text
    assert "| image | 0 | log-linear | image 0.800 | 0.7000 | 0.4000 |" in text
    assert (
        "| image + facts | 0 | log-linear with biases | image 0.400, facts 0.900 | never |" in text
    )
    assert "| image + facts | log-linear 0.7500, linear 0.8000 |" in text
    assert r"| wga \| x | 40 | 0.975 |" in text
    assert "an artist's other artworks usually decide" in text
    assert "`epochs`" not in text
    assert "artcat classify painting.jpg" in text


def test_the_code_on_the_card_of_a_combined_model_predicts(combined, capsys):
    home, version = combined
    text = card_of(home, version)
    code = text.partition("```python\n")[2].partition("```")[0]
    exec(code.replace("'folder'", repr(str(home.folder / "models" / version))))
    assert capsys.readouterr().out.startswith("facts [('")


def test_a_facts_model_is_described_without_images_and_other_works(trained_facts, home):
    model = classifier({"facts": pool(0.9)}, facts=trained_facts)
    text = card_of(home, storage.save(home, model, **GIVEN))
    assert "30 artworks, with or without an image" in text
    assert "other artworks usually decide" not in text
    assert "painting.jpg" not in text
    assert "Methods compared" not in text


def test_what_cannot_be_printed_is_left_out():
    assert card.escaped("a\x1b[2Jb\n*c*") == r"a\[2Jb \*c\*"


def test_all_that_is_known_of_a_model(saved):
    home, version = saved
    measure(home, version, "accuracy", 0.3)
    measure(home, version, "accuracy", 0.4, part="validation")
    found = inspect(home, version)
    assert found["model"]["architecture"] == "artcat-tiny"
    assert found["calibration"]["accept_threshold"] == 0.8
    assert found["history"]["epochs"] == 4
    assert found["history"]["best_validation_macro_f1"] is not None
    assert [part["accuracy"] for part in found["evaluations"]] == [0.4, 0.3]
    assert found["roles"] == found["promotions"] == []
    assert len(found["files"]) == 3
    assert found["evidence"] == []


def test_how_evidence_is_combined_is_known_of_a_model(combined):
    found = {each["pattern"]: each for each in inspect(*combined)["evidence"]}
    assert list(found) == ["image", "facts", "other works", "image+facts"]
    assert found["image"]["accept"] == 0.7
    assert found["image+facts"]["accept"] is None
    assert found["image+facts"]["weights"] == {"image": 0.4, "facts": 0.9}
    assert found["image+facts"]["losses"] == {"log-linear": 0.75, "linear": 0.8}

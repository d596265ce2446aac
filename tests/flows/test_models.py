"""`artcat models`: the registry on the command line, export and import."""

import pytest

from catalog.sources.parameters import IngestParameters
from catalog.storage.store import open_store
from flows.cli import app
from flows.evaluate import evaluate
from flows.ingest import ingest
from models.metrics.comparison import ScoredPredictions
from models.parameters import EvaluateParameters
from models.presets import resolve_config
from models.versions import registry
from tests.flows.running import artcat, forget_labels, refused

pytestmark = [
    pytest.mark.full,
    pytest.mark.xdist_group("flows learning"),  # see conftest.py
    pytest.mark.usefixtures("undrawn"),
]


@pytest.fixture(scope="module")
def trained(sample, tmp_path_factory):
    """A home with two small CNNs that were measured, the address first; what the gate said."""
    from models.training.fit import fit

    home = str(tmp_path_factory.mktemp("homes") / "trained")
    ingest(IngestParameters(catalog=str(sample[0]), home=home, name="sample"))
    for epochs in (1, 2):
        config = resolve_config("cnn", "quick", image_size=32, epochs=epochs)
        fit(open_store(home), config, "artist", "quick")
    with pytest.MonkeyPatch.context() as patch:  # they have learnt next to nothing
        patch.setenv("ARTCAT_CALIBRATION_BOUND", "1")
        patch.setattr(ScoredPredictions, "majority_accuracy", -1.0)
        return home, evaluate(EvaluateParameters(home=home)).summary()


def test_evaluation_reports_which_model_was_promoted_and_why(trained, capsys):
    home, result = trained
    first, second = result["gate"]
    assert (first["promoted"], second["promoted"]) == (True, False)
    assert result["champion"] == first["model_version"]
    assert result["embedder"] is None
    assert f"but {first['model_version']} does better" in second["reason"]
    again = artcat(capsys, "evaluate", "--home", home)
    assert again["champion"] == result["champion"]
    (decision,) = again["gate"]
    assert decision["champion"] == result["champion"]
    assert "against the champion on" in decision["reason"]
    assert app.run(["evaluate", "--home", home]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("not promoted: macro-F1" in line for line in lines)


def test_models_are_listed_and_shown(trained, capsys):
    home, result = trained
    listed = artcat(capsys, "models", "list", "--home", home)["models"]
    assert len(listed) == 2
    (best,) = [model for model in listed if model["roles"]]
    assert (best["model_version"], best["roles"]) == (result["champion"], ["classifier"])
    assert 0 <= best["macro_f1"] <= 1
    shown = artcat(capsys, "models", "show", best["model_version"][:6], "--home", home)
    assert shown["config"]["image_size"] == 32
    assert shown["promotions"][0]["role"] == "classifier"
    assert any(uri.endswith("weights.safetensors") for uri in shown["files"])
    for tokens in (("list",), ("show", best["model_version"])):
        assert app.run(["models", *tokens, "--home", home]) == 0
        assert best["model_version"] in capsys.readouterr().out
    assert app.run(["models", "show", best["model_version"], "--card", "--home", home]) == 0
    card = capsys.readouterr().out
    assert card.startswith(f"# Model {best['model_version']}")
    assert "| artist, validation |" in card


def test_promote_and_roll_back(trained, capsys):
    home, result = trained
    other = next(d["model_version"] for d in result["gate"] if not d["promoted"])
    reason = ("--reason", "fewer confident mistakes")
    done = artcat(capsys, "models", "promote", other[:8], *reason, "--home", home)
    assert (done["promoted"], done["before"]) == (True, result["champion"])
    assert registry.promotions(open_store(home))[0].reason == "fewer confident mistakes"
    assert app.run(["models", "promote", other, "--home", home]) == 0
    assert "is the classifier already" in capsys.readouterr().out
    back = artcat(capsys, "models", "rollback", "--home", home)
    assert back["model_version"] == result["champion"]
    assert back["reason"] == f"rolled back from {other}"


def test_mistakes_are_reported_in_one_line(trained, capsys, tmp_path):
    home, result = trained
    champion = result["champion"]
    (tmp_path / "text.zip").write_text("no zip")
    for tokens, said in (
        (("show", "nothing"), "`artcat models list`"),
        (("promote", champion, "--role", "embedder"), "only a CLIP"),
        (("rollback", "--role", "embedder"), "has no champion"),
        (("promote", champion, "--role", "artist"), "artist"),
        (("export", champion, str(tmp_path / "none" / "x.zip")), "cannot write"),
        (("import", str(tmp_path / "text.zip")), "not an artcat bundle"),
    ):
        assert said in refused(capsys, "models", *tokens, "--home", home)
    assert "no tables yet" in refused(capsys, "models", "list", "--home", str(tmp_path / "empty"))


def test_a_museum_without_labels_runs_with_an_imported_model(trained, own_sample, tmp_path, capsys):
    home, result = trained
    file, elsewhere = str(tmp_path / "model.zip"), str(tmp_path / "elsewhere")
    artcat(capsys, "models", "export", result["champion"][:8], file, "--home", home)
    imported = artcat(capsys, "models", "import", file, "--home", elsewhere)
    assert imported == {"model_version": result["champion"], "imported": True}
    artcat(capsys, "models", "promote", result["champion"], "--home", elsewhere)

    forget_labels(own_sample)
    night = ("nightly", "--catalog", str(own_sample), "--name", "museum", "--home", elsewhere)
    first = artcat(capsys, *night)
    assert first["trained"] == {}
    assert first["champion"] == result["champion"]
    assert first["forward_passes"] == first["images"]["ok"] > 0
    assert first["predictions"] == first["images"]["ok"] - first["state"]["outside"]
    assert artcat(capsys, *night)["forward_passes"] == 0
    # with nothing to measure by, an evaluation leaves the champion where it is
    assert artcat(capsys, "evaluate", "--home", elsewhere)["champion"] == result["champion"]

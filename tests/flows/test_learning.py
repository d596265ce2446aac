"""Training commands: the ladder, comparisons over seeds, the student's table."""

import pytest

from catalog.storage.store import open_store
from flows.cli import app
from flows.train import config_of
from models.config import BEYOND_IMAGES
from models.parameters import LearnParameters
from models.presets import LADDER
from tests.flows.running import artcat, refused

pytestmark = [
    pytest.mark.full,
    pytest.mark.xdist_group("flows learning"),  # see conftest.py
    pytest.mark.usefixtures("undrawn"),
]

QUICK = ("--preset", "quick", "--set", "epochs=1", "--set", "image_size=32")


@pytest.fixture(scope="module")
def home(sample, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("homes") / "learning")
    assert app.run(["ingest", "--catalog", str(sample[0]), "--home", home]) == 0
    return home


def test_the_ladder_fills_the_leaderboard(home, capsys):
    command = ("train", "--ladder", "--scheme", "artist", "--home", home, *QUICK, "--json")
    result = artcat(capsys, *command)
    found = {
        (row["method"], row["scheme"], row["part"], row["prior_correction"])
        for row in result["leaderboard"]
    }
    # pools correct for priors themselves: there is no variant without
    assert found == {
        (method, "artist", part, corrected)
        for method, (kind, _) in LADDER.items()
        for part in ("validation", "test")
        for corrected in ((True,) if kind in BEYOND_IMAGES else (False, True))
    }
    assert sum(result["dropped"].values()) > 0
    for row in result["leaderboard"]:
        if row["accuracy_lower"] is not None:  # None: every resample was alike
            assert row["accuracy_lower"] <= row["accuracy"] <= row["accuracy_upper"]
        assert 0 <= row["majority_accuracy"] <= 1
    again = artcat(capsys, *command)
    assert again["trained"] == result["trained"]
    assert again["evaluated"] == 0


@pytest.mark.parametrize("preset", ["standard", "quick"])
@pytest.mark.parametrize("method", ["linear-probe", "fine-tuned"])
def test_a_small_home_is_calibrated_out_of_fold(home, preset, method):
    config = config_of(open_store(home), method, "artist", LearnParameters(preset=preset))
    assert config.cross_validate is ((preset, method) != ("quick", "fine-tuned"))


def test_variants_are_compared_seed_by_seed(home, capsys):
    variants = ("--variant", "features", "--variant", "majority", "--variant", "cnn augment=true")
    command = ("compare", "--home", home, *QUICK, *variants, "--seeds", "2")
    result = artcat(capsys, *command, "--json")
    rows = {(row["variant"], row["measure"]): row for row in result["compared"]}
    assert len(rows) == 6
    assert rows["features", "accuracy"]["difference"] is None
    majority = rows["majority", "accuracy"]
    assert majority["mean"]["value"] == majority["majority_accuracy"]
    features = rows["features", "accuracy"]["mean"]["value"]
    wanted = majority["mean"]["value"] - features
    assert majority["difference"]["value"] == pytest.approx(wanted)
    assert app.run(command) == 0
    printed = capsys.readouterr().out
    assert "cnn augment=true" in printed
    assert "majority class: accuracy" in printed


def test_six_styles_of_painters_are_a_table_of_their_own(sample, tmp_path, capsys):
    home = str(tmp_path / "home")
    command = ("--catalog", str(sample[0]), "--home", home, *QUICK)
    # 72 works of 36 artists: nobody has more than ten
    assert "found none" in refused(capsys, "reproduce", "six-styles", *command, begun=True)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("train", "--set", "speed=3"), "unknown setting 'speed=3': give NAME=VALUE"),
        (("train", "--set", "loss=none"), "loss: Input should be 'clip'"),
        (("train", "--dataset", "impressionists"), "impressionists"),
        (("train", "--ladder", "--method", "cnn"), "not both"),
        (("train", "--method", "cnn", "--set", "works_per_style=2"), "together"),
        (("compare", "--variant", "vgg"), "start with one of majority, features, cnn"),
        (("compare", "--variant", "cnn dropout=7"), "dropout: Input should be less than 1"),
        (("compare", "--seeds", "1"), "greater than or equal to 2"),
    ],
)
def test_a_mistake_is_one_clear_line(home, capsys, tokens, said):
    assert said in refused(capsys, *tokens, "--home", home)


def test_what_was_trained_can_be_begun_with(home, capsys):
    command = ("train", "--scheme", "artist", "--home", home, *QUICK, "--json")
    first = artcat(capsys, *command, "--method", "zero-shot", "--method", "majority")["trained"]
    weights = {
        name.partition(" ")[0]: f"{home}/models/{version}/weights.safetensors"
        for name, version in first.items()
    }
    again = ("--method", "zero-shot", "--model", "artcat-lite", "--pretrained")
    begun = artcat(capsys, *command, *again, weights["zero-shot"])["trained"]
    assert set(begun.values()) != {first["zero-shot artcat-lite artist"]}
    assert "does not fit" in refused(capsys, *command, *again, weights["majority"], begun=True)


def test_settings_are_asked_of_the_methods_that_are_trained(home, capsys):
    batches = ("--set", "styles_per_batch=4", "--set", "works_per_style=2")
    command = ("train", "--method", "fine-tuned", "--scheme", "artist", "--home", home)
    assert len(artcat(capsys, *command, *QUICK, *batches)["trained"]) == 1

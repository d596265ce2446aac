import pytest

from catalog.base.errors import ModelError
from models.parameters import TuneParameters
from models.presets import resolve_config
from models.tuning.space import rungs, space_of


def space(**given):
    return space_of(TuneParameters(**given), given.get("pretrained"))


@pytest.mark.parametrize(
    ("kind", "model", "fixed"),
    [("clip", None, {"epochs": 0}), ("clip", "artcat-tiny", {}), ("cnn", None, {})],
)
@pytest.mark.parametrize("preset", ["quick", "standard"])
def test_the_first_trial_is_the_preset_itself(kind, model, fixed, preset):
    wide = space(kind=kind, preset=preset, model=model, seed=5)
    first = wide.first
    assert set(first) == set(wide.distributions)
    assert wide.config(first) == resolve_config(kind, preset, architecture=model, seed=5, **fixed)
    for name, distribution in wide.distributions.items():
        assert distribution._contains(distribution.to_internal_repr(first[name])), name


def test_a_batch_is_styles_by_works_and_a_pretrained_image_tower_stays_locked():
    wide = space(preset="quick")
    assert "learning_rate" not in wide.distributions
    config = wide.config({**wide.first, "batch": "4x8", "loss": "clip", "locked_epochs": 9})
    assert (config.styles_per_batch, config.works_per_style, config.batch_size) == (4, 8, 32)
    assert (config.loss, config.all_epochs, config.method) == ("clip", 9, "locked-image")


def test_a_full_size_clip_is_searched_around_its_own_rate():
    rates = space(model="ViT-B-32").distributions["learning_rate"]
    assert (rates.low, rates.high, rates.log) == (pytest.approx(1e-6), pytest.approx(1e-4), True)


def test_the_source_grid_has_nine_points_of_the_plain_loss():
    grid = space(space="source-grid")
    assert [len(values) for values in grid.grid.values()] == [3, 3]
    config = grid.config({"learning_rate": 5e-5, "weight_decay": 0.2})
    assert (config.loss, config.learning_rate, config.weight_decay) == ("clip", 5e-5, 0.2)


@pytest.mark.parametrize("given", [{"space": "source-grid"}, {"model": "ViT-B-32"}])
def test_what_is_for_clip_is_refused_for_a_cnn(given):
    with pytest.raises(ModelError, match="for CLIP"):
        space(kind="cnn", **given)


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        (20, [(1, 5), (2, 10), (4, 20)]),
        (5, [(1, 2), (2, 3), (4, 5)]),
        (3, [(1, 1), (2, 2), (4, 3)]),
        (2, [(2, 1), (4, 2)]),
        (1, [(4, 1)]),
    ],
)
def test_rungs_end_at_a_quarter_a_half_and_all(epochs, expected):
    assert list(rungs(epochs, "asha").items()) == expected
    assert rungs(epochs, "none") == {4: epochs}

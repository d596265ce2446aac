import copy

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from models.data.dataset import read_examples
from models.networks.encoding import Encoder
from models.networks.linear import WIDTH, ColourTexture
from models.presets import ladder_config
from models.training.linear_training import class_weights, fit_last_layer, shares_of
from models.training.train import train
from models.versions import checkpoint
from tests.models.building import logits_of

pytestmark = pytest.mark.full

PLAIN = ("majority", "features", "linear-probe", "linear-probe+features")


@pytest.fixture(scope="module", params=PLAIN)
def plain(request, train_table, styles):
    return train(ladder_config(request.param, "quick"), train_table, None, styles, progress=False)


def test_the_plain_methods_tell_styles_by_colour(plain, held_out):
    predictions = plain.predict(held_out["image"].to_pylist())
    right = np.mean(np.array(predictions.names) == np.array(held_out["style"].to_pylist()))
    if plain.config.kind == "majority":
        assert set(predictions.names) == {"Baroque"}
        assert predictions.confidence[0] == pytest.approx(20 / 48, abs=0.01)
    elif "features" in plain.config.method:
        assert right == 1.0
    else:
        assert right > 1 / 3  # a network of random weights sees colours too
    assert (plain.record.history, plain.record.best_epoch) == ((), 0)
    if plain.config.kind == "features":
        assert plain.shares == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_they_are_kept_as_files_and_come_back(plain, held_out, tmp_path):
    version = checkpoint.save(plain, tmp_path / "model")
    found = checkpoint.load(tmp_path / "model")
    jpegs = held_out["image"].to_pylist()
    np.testing.assert_array_equal(logits_of(found, jpegs), logits_of(plain, jpegs))
    assert checkpoint.read_manifest(tmp_path / "model").model_version == version
    assert found.config.method == plain.config.method


def test_the_last_layer_is_that_of_scikit_learn(train_table, styles):
    examples = read_examples(train_table, styles)
    rng = np.random.default_rng(0)
    vectors = rng.normal(5, 3, (len(examples), 4)).astype(np.float32)
    vectors[:, 0] += 4 * examples.labels
    vectors[:, 3] = 7  # says nothing, and has no deviation
    weight, bias = fit_last_layer(ladder_config("features"), vectors, examples)
    told = (vectors @ weight.T + bias).argmax(1)
    scaled = (vectors - vectors.mean(0)) / np.where(vectors.std(0) > 0, vectors.std(0), 1)
    wanted = [
        LogisticRegression(C=c, class_weight="balanced").fit(scaled, examples.labels)
        for c in (0.001, 0.01, 0.1, 1.0)
    ]
    assert any((model.predict(scaled) == told).all() for model in wanted)


def test_wide_vectors_are_reduced_and_the_reduction_is_folded_in(make_examples, styles):
    examples = read_examples(
        make_examples({"Baroque": 60, "Realism": 50, "Impressionism": 40}), styles
    )
    rng = np.random.default_rng(0)
    vectors = rng.normal(3, 2, (len(examples), 600)).astype(np.float32)
    vectors[:, :40] += 2 * examples.labels[:, None]
    weight, bias = fit_last_layer(ladder_config("linear-probe"), vectors, examples)
    assert weight.shape == (3, 600)
    said = vectors @ weight.T + bias
    assert (said.argmax(1) == examples.labels).mean() > 0.95
    # in the units of standardised vectors, what the classes differ by lies on the kept axes alone
    scaled = (vectors - vectors.mean(0)) / vectors.std(0)
    kept = PCA(128, svd_solver="randomized", random_state=0).fit(scaled).components_
    weight = weight * vectors.std(0)
    np.testing.assert_allclose(weight @ kept.T @ kept, weight, atol=1e-4)


@pytest.mark.parametrize(("power", "named"), [(0.75, "fourth-root"), (1.0, "balanced")])
def test_styles_count_by_a_power_of_their_size(power, named):
    config, counts = ladder_config("features", class_weight=named), np.array([16.0, 4.0, 0.0])
    weights = class_weights(config, np.repeat([0, 1], [16, 4]))
    shown = np.array([weights[0], weights[1]]) * counts[:2]
    assert shown.sum() == pytest.approx(20)
    np.testing.assert_allclose(shown[0] / shown[1], 4 ** (1 - power))
    np.testing.assert_allclose(shares_of(config, counts), [*shown / 20, 0])


@pytest.mark.parametrize(
    "counts",
    [{"Baroque": 5, "Realism": 3}, {"Baroque": 2, "Realism": 2}, {"Baroque": 1, "Realism": 1}],
)
def test_few_styles_and_works_are_enough(make_examples, styles, counts):
    table = make_examples(counts)
    config = ladder_config("features", "quick")
    classifier = train(config, table, None, styles, progress=False)
    assert set(classifier.predict(table["image"].to_pylist()).names) <= set(counts)


def test_features_are_numbers_of_the_picture():
    features = ColourTexture((0.0,) * 3, (1.0,) * 3)
    pixels = torch.zeros(2, 3, 64, 64)
    pixels[1, 0] = 1.0  # red
    pixels[1, :, :, 32:] = 0.0  # and black, with an upright edge
    black, half = features(pixels)
    assert black.shape == (WIDTH,)
    assert black[0] == 1
    assert half[0] == pytest.approx(0.5**0.5)
    assert half[3 * 16] == pytest.approx(0.5**0.5)
    # orientation 0 is a change from left to right
    assert half[64 + 54] == pytest.approx(1.0, abs=1e-4)
    assert torch.isfinite(features(torch.rand(3, 3, 32, 48))).all()


def test_features_undo_what_a_clip_wants(held_out):
    pixels = torch.rand(1, 3, 32, 32)
    mean, std = (0.4, 0.5, 0.6), (0.2, 0.3, 0.4)
    normalised = (pixels - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)
    ours = ColourTexture(mean, std)(normalised)
    torch.testing.assert_close(ours, ColourTexture((0.0,) * 3, (1.0,) * 3)(pixels))


def test_an_encoder_is_distinguished_from_another_by_its_weights(plain):
    network, preprocessing = plain.network, plain.preprocessing
    one = Encoder(network, preprocessing, torch.device("cpu"))
    assert one.digest() == Encoder(network, preprocessing, torch.device("cpu"), 7).digest()
    other = copy.deepcopy(network)
    with torch.no_grad():
        next(iter(other.state_dict().values())).add_(1)
    assert Encoder(other, preprocessing, torch.device("cpu")).digest() != one.digest()

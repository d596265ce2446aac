"""Training without epochs: a prior, or a logistic regression over frozen encoders."""

from __future__ import annotations

import warnings

import numpy as np
import pyarrow as pa
import torch
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from models.arrays import Floats, Labels, Vectors
from models.classifiers.calibration import SMOOTHING
from models.classifiers.classifier import Classifier
from models.config import TrainConfig
from models.data.dataset import Examples, labelled, read_examples
from models.networks.encoding import Encode, Encoder
from models.networks.linear import ConstantLogits, FrozenLinear, start

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 1.0)
"""Inverse regularisation strengths to try, on features of unit variance."""
COMPONENTS = 128
"""Principal components kept of wider vectors: faster, and no worse on few artworks."""
WIDE = 256
"""Dimension from which on vectors are reduced."""
WIDE_STRENGTH = 0.01
"""For reduced vectors: a search over 746 paintings chose anything between 0.001 and 1, by fold,
and did no better."""
SEARCHED = 10_000
"""Maximum number of artworks for choosing the penalty: the choice hardly depends on more."""
FOLDS = 3
ITERATIONS = 500
LARGE = 5_000_000


def fit_linear(
    config: TrainConfig,
    works: pa.Table,
    styles: tuple[str, ...],
    device: torch.device,
    encode: Encode,
) -> Classifier:
    """Fit the classifier of a majority class, of features or of a probe.

    Raises:
        ModelError: for an unknown architecture, or weights that do not fit.
        ImageError: if an image cannot be decoded.
    """
    works = labelled(works, styles)
    examples = read_examples(works, styles)
    network, preprocessing, architecture = start(config, len(styles))
    network = network.to(device).eval()
    counts = examples.counts(len(styles))
    if isinstance(network, ConstantLogits):
        network.logits.copy_(torch.log(torch.tensor(counts) + SMOOTHING))
    else:
        assert isinstance(network, FrozenLinear)  # noqa: S101 - there is no third
        vectors = [
            encode(Encoder(each, preprocessing, device, config.batch_size, config.workers), works)
            for each in network.encoders
        ]
        weight, bias = fit_last_layer(config, np.concatenate(vectors, axis=1), examples)
        # a style without artworks is as unlikely as the rarest one
        network.linear.weight.zero_()
        network.linear.bias.fill_(float(bias.min()))
        present = np.unique(examples.labels)
        network.linear.weight[present] = torch.from_numpy(weight).float().to(device)
        network.linear.bias[present] = torch.from_numpy(bias).float().to(device)
    config_used = config.model_copy(update={"architecture": architecture})
    shares = shares_of(config, np.array(counts, np.float64))
    return Classifier(config_used, styles, preprocessing, network, counts, shares)


def fit_last_layer(
    config: TrainConfig, vectors: Vectors, examples: Examples
) -> tuple[Floats, Floats]:
    """Fit a logistic regression to standardised vectors, reduced to their principal components.

    Both steps are linear, so they are folded into the weights. The penalty of vectors that are not
    reduced is the one with the best macro-F1 in a cross-validation by artist.
    Vectors `[n, d]` are those of the artworks, in their order.

    Returns:
        Weights `[styles, d]` and biases `[styles]`, of the styles that occur.
    """
    mean, deviation = vectors.mean(0, dtype=np.float64), vectors.std(0, dtype=np.float64)
    deviation[deviation == 0] = 1
    scaled = ((vectors - mean) / deviation).astype(np.float32)
    axes = None
    if scaled.shape[1] > WIDE:
        components = min(COMPONENTS, *scaled.shape)
        axes = PCA(components, svd_solver="randomized", random_state=0).fit(scaled).components_
        scaled = scaled @ axes.T
    search = GridSearchCV(
        LogisticRegression(
            C=1.0 if axes is None else WIDE_STRENGTH,
            max_iter=ITERATIONS,
            class_weight=class_weights(config, examples.labels),
            random_state=0,
        ),
        {"C": STRENGTHS},
        scoring="f1_macro",
        cv=StratifiedGroupKFold(FOLDS, shuffle=True, random_state=config.seed),
        error_score=0.0,
    )
    by_work = zip(examples.facts, examples.artwork_ids, strict=True)
    artists = np.array([facts.artist_catalogued or artwork_id for facts, artwork_id in by_work])
    some = np.arange(len(artists))
    if len(some) > SEARCHED:
        some = np.random.default_rng(config.seed).choice(len(some), SEARCHED, replace=False)
    # For small products waiting threads cost more than they bring
    threads = 1 if scaled.size < LARGE else None
    with warnings.catch_warnings(), threadpool_limits(threads):
        # in small catalogs a style may have fewer artists than folds, or be missing in a fold
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        few = len(set(artists)) < FOLDS or np.bincount(examples.labels).max() < FOLDS
        if few or axes is not None:
            model = search.estimator.fit(scaled, examples.labels)
        else:
            search.fit(scaled[some], examples.labels[some], groups=artists[some])
            model = search.best_estimator_
            if len(some) < len(artists):
                model = model.fit(scaled, examples.labels)
    weight, bias = np.asarray(model.coef_, np.float64), np.asarray(model.intercept_, np.float64)
    if len(weight) == 1:  # of two classes scikit-learn has a single row
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    weight = (weight if axes is None else weight @ axes) / deviation
    return weight, bias - weight @ mean


def class_weights(config: TrainConfig, labels: Labels) -> dict[int, float]:
    """Return the weight of an artwork of each style that occurs, 1 on average."""
    styles, counts = np.unique(labels, return_counts=True)
    weights = counts ** -(0.75 if config.class_weight == "fourth-root" else 1.0)
    weights *= len(labels) / (weights * counts).sum()
    return dict(zip(styles.tolist(), weights.tolist(), strict=True))


def shares_of(config: TrainConfig, counts: Floats) -> tuple[float, ...]:
    """Return each style's weighted share of the training artworks."""
    shown: Floats = counts
    if config.kind != "majority":
        shown = np.sign(counts) if config.class_weight == "balanced" else np.power(counts, 0.25)
    return tuple((shown / shown.sum()).tolist())

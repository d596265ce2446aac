"""Training without epochs: a prior, or a logistic regression over frozen encoders."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from models.arrays import Floats, Vectors
from models.classifiers.classifier import Classifier
from models.classifiers.priors import SMOOTHING
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


@dataclass(frozen=True)
class LastLayer:
    """A linear layer: weights `[styles, d]` and biases `[styles]`."""

    weight: Floats
    bias: Floats


def fit_linear(
    config: TrainConfig,
    works: pa.Table,
    styles: tuple[str, ...],
    device: torch.device,
    encode: Encode,
) -> Classifier:
    """Fit the classifier of a majority class, of features or of a probe.

    Args:
        config: of one of these kinds.
        works: to learn from, at least two styles of the vocabulary among them.
        styles: the vocabulary, in order.
        device: where the encoders compute.
        encode: gives the vectors of artworks.

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
        layer = fit_last_layer(config, np.concatenate(vectors, axis=1), examples)
        # a style without artworks is as unlikely as the rarest one
        network.linear.weight.zero_()
        network.linear.bias.fill_(float(layer.bias.min()))
        present = np.unique(examples.labels)
        network.linear.weight[present] = torch.from_numpy(layer.weight).float().to(device)
        network.linear.bias[present] = torch.from_numpy(layer.bias).float().to(device)
    return Classifier(
        config.model_copy(update={"architecture": architecture}),
        styles,
        preprocessing,
        network,
        counts,
        _shares(config, counts),
    )


def fit_last_layer(config: TrainConfig, vectors: Vectors, examples: Examples) -> LastLayer:
    """Fit a logistic regression to standardised vectors, reduced to their principal components.

    Both steps are linear, so they are folded into the weights. The penalty of vectors that are not
    reduced is the one with the best macro-F1 in a cross-validation by artist.

    Args:
        config: with the weighting of styles and artworks.
        vectors: of the artworks `[n, d]`.
        examples: the artworks in the same order.
    """
    mean, deviation = vectors.mean(0, dtype=np.float64), vectors.std(0, dtype=np.float64)
    deviation[deviation == 0] = 1
    scaled = ((vectors - mean) / deviation).astype(np.float32)
    axes = None
    if scaled.shape[1] > WIDE:
        axes = _principal_axes(scaled)
        scaled = scaled @ axes.T
    search = GridSearchCV(
        LogisticRegression(
            C=1.0 if axes is None else WIDE_STRENGTH,
            max_iter=ITERATIONS,
            class_weight=_class_weights(config, examples),
            random_state=0,
        ),
        {"C": STRENGTHS},
        scoring="f1_macro",
        cv=StratifiedGroupKFold(FOLDS, shuffle=True, random_state=config.seed),
        error_score=0.0,
    )
    groups = np.array(artists(examples))
    some = np.arange(len(groups))
    if len(some) > SEARCHED:
        some = np.random.default_rng(config.seed).choice(len(some), SEARCHED, replace=False)
    # For small products waiting threads cost more than they bring
    threads = 1 if scaled.size < LARGE else None
    with warnings.catch_warnings(), threadpool_limits(threads):
        # in small catalogs a style may have fewer artists than folds, or be missing in a fold
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        few = len(set(groups)) < FOLDS or np.bincount(examples.labels).max() < FOLDS
        if few or axes is not None:
            model = search.estimator.fit(scaled, examples.labels)
        else:
            search.fit(scaled[some], examples.labels[some], groups=groups[some])
            model = search.best_estimator_
            if len(some) < len(groups):
                model = model.fit(scaled, examples.labels)
    weight, bias = _for_every_class(model)
    weight = (weight if axes is None else weight @ axes) / deviation
    return LastLayer(weight, bias - weight @ mean)


def _principal_axes(scaled: Vectors) -> Vectors:
    """Compute the principal axes `[components, d]` of standardised vectors `[n, d]`."""
    components = min(COMPONENTS, *scaled.shape)
    found: Vectors = (
        PCA(components, svd_solver="randomized", random_state=0).fit(scaled).components_
    )
    return found


def artists(examples: Examples) -> list[str]:
    """Return each artwork's group: its artist, or the artwork itself if unknown."""
    return [
        facts.artist_catalogued or artwork_id
        for facts, artwork_id in zip(examples.facts, examples.artwork_ids, strict=True)
    ]


def _for_every_class(
    model: LogisticRegression,
) -> tuple[Floats, Floats]:
    """Expand scikit-learn's single row of weights for two classes to one row per class."""
    weight, bias = np.asarray(model.coef_, np.float64), np.asarray(model.intercept_, np.float64)
    if len(weight) == 1:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return weight, bias


def _class_weights(config: TrainConfig, examples: Examples) -> dict[int, float]:
    """Return the weight of an artwork of each style, 1 on average."""
    styles, counts = np.unique(examples.labels, return_counts=True)
    power = 0.75 if config.class_weight == "fourth-root" else 1.0
    weights = counts**-power
    weights *= len(examples) / (weights * counts).sum()
    return dict(zip(styles.tolist(), weights.tolist(), strict=True))


def _shares(config: TrainConfig, counts: Sequence[int]) -> tuple[float, ...]:
    """Return each style's weighted share of the training artworks."""
    works = np.asarray(counts, np.float64)
    if config.kind == "majority":
        return tuple((works / works.sum()).tolist())
    effective = works**0.25 if config.class_weight == "fourth-root" else (works > 0) * 1.0
    return tuple((effective / effective.sum()).tolist())

"""The combined classifier: calibrated style probabilities from the available evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import log_softmax

from catalog.base.arrow import values
from models.arrays import Flags, Floats, Vectors
from models.classifiers.calibration import DECIMALS, SMOOTHING, Calibration, Predictions
from models.classifiers.classifier import Classifier, head_logits
from models.classifiers.record import TrainingRecord
from models.config import TrainConfig
from models.evidence.evidence import Evidence, counts_matrix, log_frequencies
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS, kinds_of
from models.evidence.pool import Pool
from models.facts.classifier import FactsClassifier
from models.facts.features import has_facts


@dataclass(frozen=True)
class Combined:
    """Predictions of a combined classifier, in the order of the artworks."""

    predictions: Predictions
    decisions: npt.NDArray[np.str_]
    """`accepted`, `review` or `abstained`, by the thresholds of each artwork's pattern `[n]`."""
    patterns: list[str]
    """Evidence that each prediction rests on; empty: none, and the prediction is meaningless."""
    log_probabilities: Floats
    """`[n, styles]`, not rounded."""


@dataclass(frozen=True)
class CombinedClassifier:
    """Classifiers of up to three kinds of evidence, and a pool for each pattern of them."""

    config: TrainConfig
    styles: tuple[str, ...]
    counts: tuple[int, ...]
    """Labelled artworks of each style that it was trained on."""
    pools: Mapping[str, Pool]
    """By pattern, such as `image+facts`."""
    image: Classifier | None = None
    facts: FactsClassifier | None = None
    record: TrainingRecord = field(default_factory=TrainingRecord, compare=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of evidence that it uses."""
        found = {kind for pattern in self.pools for kind in kinds_of(pattern)}
        return tuple(kind for kind in (IMAGE, FACTS, OTHER_WORKS) if kind in found)

    def evidence_about(self, artworks: pa.Table, vectors: Sequence[Vectors] | None) -> Evidence:
        """Compute the log-probabilities of each kind of evidence.

        Args:
            artworks: the facts (`models.facts.features.COLUMNS`), `image_sha256`, which is null
                without a usable image, and `other_labels`.
            vectors: of each of the image classifier's encoders, `[m, d]`: for the m artworks that
                have an image, in their order.
        """
        logs: dict[str, Floats] = {}
        present: dict[str, Flags] = {}
        shape = (artworks.num_rows, len(self.styles))
        if IMAGE in self.kinds and self.image is not None and vectors is not None:
            seen = np.array([i is not None for i in values(artworks, "image_sha256")], bool)
            logs[IMAGE] = np.zeros(shape)
            logs[IMAGE][seen] = log_softmax(head_logits(self.image, vectors, int(seen.sum())), 1)
            present[IMAGE] = seen
        if FACTS in self.kinds and self.facts is not None:
            present[FACTS] = has_facts(artworks)
            logs[FACTS] = self.facts.log_probabilities(artworks)
        if OTHER_WORKS in self.kinds:
            counts = counts_matrix(values(artworks, "other_labels"), self.styles)
            present[OTHER_WORKS] = counts.sum(1) > 0
            logs[OTHER_WORKS] = log_frequencies(counts, self.prior)
        return Evidence(artworks.num_rows, logs, present)

    @property
    def prior(self) -> Floats:
        """Share of each style among the training artworks, none zero `[styles]`."""
        counts = np.asarray(self.counts, np.float64) + SMOOTHING
        return np.asarray(counts / counts.sum())

    def combine(self, evidence: Evidence) -> Combined:
        """Pool the evidence of each artwork by the pool of its pattern.

        A pattern without a pool of its own, because too few artworks had it in training, is
        predicted by the pool of the largest pattern within it.
        """
        given = np.array(evidence.patterns(), dtype=object)
        logs = np.tile(np.log(self.prior), (evidence.artworks, 1))
        decisions = np.full(evidence.artworks, "abstained", dtype="<U9")
        used = np.full(evidence.artworks, "", dtype=object)
        for pattern in set(given):
            kinds = set(kinds_of(pattern))
            within = [name for name in self.pools if kinds.issuperset(kinds_of(name))]
            if not within:
                continue
            name = max(within, key=lambda each: (len(kinds_of(each)), self.pools[each].artworks))
            pool, rows = self.pools[name], np.flatnonzero(given == pattern)
            logs[rows] = pool.log_probabilities([evidence.logs[k][rows] for k in kinds_of(name)])
            decisions[rows] = pool.decide(np.round(np.exp(logs[rows].max(1)), DECIMALS))
            used[rows] = name
        probabilities = np.round(np.exp(logs), DECIMALS)
        return Combined(Predictions(self.styles, probabilities), decisions, used.tolist(), logs)

    @property
    def calibration(self) -> Calibration:
        """The thresholds of the pattern with the most evidence that new artists have."""
        patterns = [name for name in self.pools if OTHER_WORKS not in kinds_of(name)]
        pool = self.pools[max(patterns or self.pools, key=lambda name: len(kinds_of(name)))]
        # the weights of the pools include the temperature
        return Calibration(1.0, pool.accept_threshold, pool.review_threshold)


def as_combined(model: Classifier | CombinedClassifier) -> CombinedClassifier:
    """Wrap an image classifier as a combined one whose only evidence is the image."""
    if isinstance(model, CombinedClassifier):
        return model
    fitted = model.calibration
    pool = Pool(
        method="log-linear",
        weights=(1 / fitted.temperature,),
        accept_threshold=fitted.accept_threshold,
        review_threshold=fitted.review_threshold,
    )
    return CombinedClassifier(
        model.config, model.styles, model.counts, {IMAGE: pool}, model, None, model.record
    )

"""Evidence about artworks of unseen artists, by nested cross-validation, and what it predicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from scipy.special import log_softmax
from sklearn.model_selection import StratifiedGroupKFold

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.datasets.dataset import ALL_PERIODS
from catalog.storage.store import FolderStore, Store
from models.arrays import Flags, Floats, Numbers
from models.classifiers.calibration import DECIMALS, THRESHOLD_PRECISION
from models.classifiers.classifier import encoders_of, head_logits
from models.enrichment.embeddings import encode_once
from models.evidence.classifier import CombinedClassifier
from models.evidence.evidence import Evidence
from models.evidence.fitting import fit_pools
from models.evidence.patterns import FACTS, IMAGE
from models.facts.features import has_facts
from models.facts.training import train_facts
from models.metrics.scores import accuracy, expected_calibration_error, macro_f1
from models.presets import resolve_config
from models.training.linear_training import fit_linear

FOLDS, INNER = 5, 3
STYLES = ALL_PERIODS.styles
SCHEME = "artist"
MEASURES = ("accuracy", "macro-F1", "ECE", "log-loss", "accepted", "precision", "artists")


_ARRAYS = ("labels", "groups", "catalogs", "has_image")


@dataclass(frozen=True)
class Artworks:
    """The labelled artworks of a home, of all catalogs, in one order."""

    home: Store
    table: pa.Table
    labels: Numbers
    groups: npt.NDArray[np.str_]
    """The artist, whatever the catalog; anonymous ones by place and time."""
    catalogs: npt.NDArray[np.str_]
    has_image: Flags

    @classmethod
    def read(cls, home: str) -> "Artworks":
        store = FolderStore(home)
        table = examples.labelled_artworks(store, SCHEME, *ALL_PERIODS.parts)
        table = table.append_column("artist_catalogued", table["artist"])
        table = table.append_column("image", pa.nulls(len(table), pa.large_binary()))
        return cls(
            store,
            table,
            np.array([STYLES.index(style) for style in values(table, "style")], np.int64),
            np.array(values(table, "group_id"), str),
            np.array(values(table, "catalog"), str),
            table["sha256"].is_valid().to_numpy(),
        )

    def take(self, chosen: Flags) -> "Artworks":
        arrays = {name: getattr(self, name)[chosen] for name in _ARRAYS}
        return replace(self, table=self.table.filter(pa.array(chosen)), **arrays)

    @staticmethod
    def joined(parts: Sequence["Artworks"]) -> "Artworks":
        arrays = {n: np.concatenate([getattr(part, n) for part in parts]) for n in _ARRAYS}
        return replace(parts[0], table=pa.concat_tables([p.table for p in parts]), **arrays)

    def folds(self, count: int, seed: int) -> Numbers:
        """As many artworks of each style, and of those with an image, in each fold `[n]`."""
        return folds_of(self.labels * 2 + self.has_image, self.groups, count, seed)


def folds_of(strata: Numbers, groups: Sequence[str], count: int, seed: int = 0) -> Numbers:
    """Number the folds `[n]`: no artist is in two."""
    folds = np.zeros(len(strata), np.int64)
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(splitter.split(folds, strata, groups)):
        folds[rows] = number
    return folds


@dataclass(frozen=True)
class HeldOut:
    training: Artworks
    known: Evidence
    """About the training artworks, by models of the other inner folds: to fit pools on."""
    test: Artworks
    evidence: Evidence
    """About the fold's artworks, by models of the training artworks."""


def hold_out(artworks: Artworks, here: Flags, seed: int, kept: Path | None = None) -> HeldOut:
    """Predict the artworks of a fold by models of all others, and those by inner folds.

    `kept` is a file name without suffix, to keep log-probabilities of one run for the next.
    """
    training, test = artworks.take(~here), artworks.take(here)
    inner = training.folds(INNER, seed)
    facts = _once(kept, "facts", partial(facts_logs, training, test, inner, seed))
    image = _once(kept, "image", partial(_image_logs, training, test, inner, seed))
    known, evidence = (
        Evidence(
            len(part.labels),
            {IMAGE: image[side], FACTS: facts[side]},
            {IMAGE: part.has_image, FACTS: has_facts(part.table)},
        )
        for part, side in ((training, 0), (test, 1))
    )
    return HeldOut(training, known, test, evidence)


def facts_logs(
    training: Artworks, test: Artworks, inner: Numbers, seed: int
) -> tuple[Floats, Floats]:
    """Predict the training artworks by models of the other inner folds, and others by one of all.

    Log-probabilities `[n, styles]` of both.
    """
    usable = has_facts(training.table)
    table = training.table.filter(pa.array(usable))
    table = table.drop_columns("fold").append_column("fold", pa.array(inner[usable]))
    classifier, known = train_facts(table, STYLES, seed=seed)
    logs = np.zeros((len(training.labels), len(STYLES)))
    logs[usable] = known
    return logs, classifier.log_probabilities(test.table)


def _image_logs(
    training: Artworks, test: Artworks, inner: Numbers, seed: int
) -> tuple[Floats, Floats]:
    logs = np.zeros((len(training.labels), len(STYLES)))
    for fold in range(INNER):
        asked = training.has_image & (inner == fold)
        logs[asked] = probe_logs(training.take(inner != fold), training.take(asked), seed)
    found = np.zeros((len(test.labels), len(STYLES)))
    found[test.has_image] = probe_logs(training, test.take(test.has_image), seed)
    return logs, found


def probe_logs(training: Artworks, test: Artworks, seed: int) -> Floats:
    config = resolve_config("probe", seed=seed)
    encode = partial(encode_once, training.home)
    seen = training.table.filter(pa.array(training.has_image))
    classifier = fit_linear(config, seen, STYLES, torch.device("cpu"), encode)
    vectors = [encode(encoder, test.table) for encoder in encoders_of(classifier)]
    return np.asarray(log_softmax(head_logits(classifier, vectors, len(test.labels)), axis=1))


def _once(
    kept: Path | None, kind: str, compute: Callable[[], tuple[Floats, Floats]]
) -> tuple[Floats, Floats]:
    if kept is None:
        return compute()
    path = kept.with_name(f"{kept.name}-{kind}.npz")
    if not path.exists():
        training, test = compute()
        np.savez(path, training=training, test=test)
    with np.load(path) as found:
        return found["training"], found["test"]


@dataclass(frozen=True)
class Predicted:
    logs: Floats
    """Log-probabilities `[n, styles]`."""
    decisions: npt.NDArray[np.str_]

    @staticmethod
    def by(classifier: CombinedClassifier, evidence: Evidence) -> "Predicted":
        combined = classifier.combine(evidence)
        return Predicted(combined.log_probabilities, combined.decisions)

    @property
    def accepted(self) -> Flags:
        return np.asarray(self.decisions == "accepted")

    @property
    def guesses(self) -> Numbers:
        return np.asarray(self.logs.argmax(1), np.int64)

    @property
    def confidence(self) -> Floats:
        return np.round(np.exp(self.logs.max(1)), DECIMALS)

    def measure(self, asked: Artworks) -> list[float]:
        """`MEASURES`; precision is NaN, and of no artists, where nothing is accepted."""
        right = self.guesses == asked.labels
        likely = self.logs[np.arange(len(right)), asked.labels]
        taken = self.accepted
        return [
            accuracy(asked.labels, self.guesses),
            macro_f1(asked.labels, self.guesses),
            expected_calibration_error(self.confidence, right),
            float(-np.maximum(likely, -12).mean()),
            float(taken.mean()),
            float(right[taken].mean()) if taken.any() else np.nan,
            float(len(set(asked.groups[taken]))),
        ]


def classifier_of(
    fold: HeldOut, kinds: Sequence[str], only: Flags | None = None
) -> CombinedClassifier:
    """Fit the pools of a combined classifier on the training artworks, or on some of them."""
    rows = np.arange(len(fold.training.labels)) if only is None else np.flatnonzero(only)
    fitted = fit_pools(
        fold.known.take(rows),
        fold.training.labels[rows],
        fold.training.groups[rows].tolist(),
        kinds=kinds,
        target_precision=THRESHOLD_PRECISION,
    )
    counts = np.bincount(fold.training.labels, minlength=len(STYLES)).tolist()
    return CombinedClassifier(resolve_config("combined"), STYLES, tuple(counts), fitted.pools)

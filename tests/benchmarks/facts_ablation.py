"""Ablation of facts on the real catalog of a home, artist-disjoint.

    python -m tests.benchmarks.facts_ablation --home HOME

Five folds by artist. For each a classifier is trained on the other four, calibrated by folds
among them; the threshold of acceptance is chosen there too. What is printed is the mean over the
folds that were held out, and in the last table what is left when facts are not given.
"""

import argparse
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.metrics import f1_score

from catalog.storage import duck
from catalog.storage.store import FolderStore
from models.arrays import Floats, Numbers
from models.classifiers.calibration import accept_threshold
from models.facts.classifier import FactsClassifier
from models.facts.features import COLUMNS, GROUPS, PATTERN_GROUPS, PATTERNS, fact_pattern, hide
from models.facts.training import train_facts
from models.metrics.scores import expected_calibration_error
from tests.benchmarks.evidence_folds import folds_of

FOLDS, INNER = 5, 5
TARGET = 0.95


@dataclass(frozen=True)
class Held:
    """A fold that was held out, the classifier of the others, and its threshold."""

    classifier: FactsClassifier
    threshold: float
    table: pa.Table
    labels: Numbers

    def figures(self, table: pa.Table) -> Floats:
        """Accuracy, macro-F1, log-loss, ECE, part accepted, precision of what is accepted."""
        probabilities = np.exp(self.classifier.log_probabilities(table))
        guesses, confidence = probabilities.argmax(1), probabilities.max(1)
        correct, accepted = guesses == self.labels, confidence >= self.threshold
        likely = np.maximum(probabilities[np.arange(len(guesses)), self.labels], 1e-12)
        figures = [correct.mean(), f1_score(self.labels, guesses, average="macro")]
        figures += [-np.log(likely).mean(), expected_calibration_error(confidence, correct)]
        figures += [accepted.mean(), correct[accepted].mean() if accepted.any() else np.nan]
        return np.array(figures, float)


def labelled_artworks(home: str) -> pa.Table:
    connection = duck.connect(FolderStore(home), ("artworks",))
    names = ", ".join(("artwork_id", "style", "artist_key AS group_id", *COLUMNS))
    sql = f"SELECT {names} FROM artworks WHERE style IS NOT NULL ORDER BY artwork_id"
    return connection.execute(sql).to_arrow_table()


def hold_out(table: pa.Table, labels: Numbers, styles: Sequence[str], here: Numbers) -> Held:
    """Train on all but a fold, with temperatures and a threshold from among the others."""
    others = table.filter(pa.array(~here))
    folds = folds_of(labels[~here], others["group_id"].to_pylist(), INNER)
    others = others.append_column("fold", pa.array(folds))
    classifier, guesses = train_facts(others, styles, seed=0)
    confidence = np.exp(guesses.max(1))
    threshold = accept_threshold(confidence, guesses.argmax(1) == labels[~here], target=TARGET)
    return Held(classifier, threshold, table.filter(pa.array(here)), labels[here])


def only(table: pa.Table, groups: Sequence[str]) -> pa.Table:
    for group in GROUPS:
        if group not in groups:
            table = hide(table, group)
    return table


def row(name: str, figures: Sequence[Floats]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in np.mean(figures, 0)) + " |"


def print_patterns(held: Sequence[Held]) -> None:
    """ECE of each pattern, of the artworks that have these facts, with the others hidden.

    Chance is the ECE of the folds together if each confidence were true, and the artworks of an
    artist were right or wrong together: no calibration can be seen to be better than that.
    """
    rng = np.random.default_rng(0)
    print(
        "\n| date, life, place given | accuracy | ECE, mean of folds | of folds together | chance |"
    )
    print("|---|---|---|---|---|")
    for pattern in PATTERNS:
        apart, confidence, correct, luck = [], [], [], []
        for fold in held:
            hidden = [group for group in PATTERN_GROUPS if group not in pattern.split("+")]
            view = only(fold.table, [group for group in GROUPS if group not in hidden])
            rows = fact_pattern(view) == pattern
            logs = fold.classifier.log_probabilities(view)[rows]
            confidence.append(np.exp(logs.max(1)))
            correct.append(logs.argmax(1) == fold.labels[rows])
            apart.append(expected_calibration_error(confidence[-1], correct[-1]))
            artists = np.unique(fold.table["group_id"].to_pylist(), return_inverse=True)[1][rows]
            luck.append(rng.random((20, len(rows)))[:, artists])
        right, sure = np.concatenate(correct), np.concatenate(confidence)
        together = expected_calibration_error(sure, right)
        draws = np.concatenate(luck, axis=1) < sure
        chance = np.mean([expected_calibration_error(sure, draw) for draw in draws])
        figures = (right.mean(), np.mean(apart), together, chance)
        print(f"| {pattern} | " + " | ".join(f"{value:.3f}" for value in figures) + " |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", required=True)
    table = labelled_artworks(parser.parse_args().home)
    styles = sorted(pc.unique(table["style"]).to_pylist())
    labels = np.array([styles.index(style) for style in table["style"].to_pylist()])
    folds = folds_of(labels, table["group_id"].to_pylist(), FOLDS)
    begun, used = time.perf_counter(), time.process_time()
    held = [hold_out(table, labels, styles, folds == fold) for fold in range(FOLDS)]
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{len(table):,} artworks, majority {np.bincount(labels).max() / len(labels):.3f}")
    print(f"{seconds / FOLDS:.0f} s ({cpu / FOLDS:.0f} s of processors) a training, {peak:.0f} MiB")
    print("\n| facts given | accuracy | macro-F1 | log-loss | ECE | accepted | precision |")
    print("|---|---|---|---|---|---|---|")
    print(row("all", [fold.figures(fold.table) for fold in held]))
    views = {f"without {group}": [each for each in GROUPS if each != group] for group in GROUPS}
    views |= {f"{group} alone": [group] for group in GROUPS}
    for groups in (["date", "place"], ["life", "place"], ["date", "life", "place"]):
        views[" + ".join(groups)] = groups
    for name, groups in views.items():
        print(row(name, [fold.figures(only(fold.table, groups)) for fold in held]))
    print_patterns(held)


if __name__ == "__main__":
    main()

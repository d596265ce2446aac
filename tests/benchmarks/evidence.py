"""Predictions from image and facts for unseen artists, separately and combined.

    python -m tests.benchmarks.evidence --home HOME --catalog sample [--seeds 5] [--keep FOLDER]

Repeated cross-validation: for each seed the artists of the whole home, whatever the catalog, fall
into five folds, and a fold's artworks are predicted by models of all others. Pools, temperatures
and thresholds are fitted among those others, on what models of three inner folds predict. Images
are those of the catalog that have been embedded already; without any it is measured on facts. A
seed takes some 3 minutes of one core; `--keep` keeps what models predict for another run.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.evidence.patterns import FACTS, IMAGE
from models.metrics import confusion
from models.metrics.intervals import Estimate, paired_difference
from models.training.repeated import mean_of
from tests.benchmarks.evidence_folds import FOLDS, STYLES, Artworks, HeldOut, hold_out
from tests.benchmarks.evidence_more import print_flags, print_withheld
from tests.benchmarks.evidence_pools import MEASURES, Predicted, classifier_of

ROWS: Mapping[str, tuple[str, ...]] = {
    "image": (IMAGE,),
    "facts": (FACTS,),
    "image + facts": (IMAGE, FACTS),
}
_DRAWN = {"accuracy": confusion.accuracy, "macro-F1": confusion.macro_f1}
MAJORITY, ADAPTED = "majority class", "facts, pool of artworks with an image"


@dataclass(frozen=True)
class Repetition:
    """The asked catalog's artworks, each predicted once, in one order."""

    asked: Artworks
    rows: Mapping[str, Predicted]


def predict_fold(fold: HeldOut, catalog: str, images: bool) -> Repetition:
    """Predict the artworks of the fold that are asked for, in every way."""
    chosen = (fold.test.catalogs == catalog) & (fold.test.has_image | (not images))
    evidence = fold.evidence.take(np.flatnonzero(chosen))
    asked = fold.test.take(chosen)
    mine = fold.training.labels[fold.training.catalogs == catalog]
    commonest = np.bincount(mine, minlength=len(STYLES)) / len(mine)
    always = np.tile(np.log(commonest + 1e-6), (len(asked.labels), 1))
    found = {MAJORITY: Predicted(always, np.full(len(always), "review"))}
    everything = classifier_of(fold, (IMAGE, FACTS))
    for name, kinds in ROWS.items():
        if images or kinds == (FACTS,):
            combined = everything.combine(evidence.only(kinds))
            found[name] = Predicted(combined.log_probabilities, combined.decisions)
    if images:
        adapted = classifier_of(fold, (FACTS,), fold.training.has_image)
        combined = adapted.combine(evidence.only((FACTS,)))
        found[ADAPTED] = Predicted(combined.log_probabilities, combined.decisions)
    return Repetition(asked, found)


def repeat(
    artworks: Artworks, catalog: str, images: bool, seed: int, keep: Path | None
) -> Repetition:
    """Predict all asked artworks once, by five folds."""
    folds, parts = artworks.folds(FOLDS, seed), []
    for fold in range(FOLDS):
        begun = time.perf_counter()
        kept = keep / f"{seed}-{fold}" if keep else None
        parts.append(predict_fold(hold_out(artworks, folds == fold, seed, kept), catalog, images))
        print(f"seed {seed}, fold {fold}: {time.perf_counter() - begun:.0f} s", flush=True)
    rows = {name: _joined([part.rows[name] for part in parts]) for name in parts[0].rows}
    return Repetition(Artworks.joined([part.asked for part in parts]), rows)


def _joined(parts: Sequence[Predicted]) -> Predicted:
    return Predicted(
        np.concatenate([part.logs for part in parts]),
        np.concatenate([part.decisions for part in parts]),
    )


def shown(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.lower:.3f} to {found.upper:.3f})"


def print_rows(repetitions: Sequence[Repetition]) -> None:
    """Mean over the seeds of each measure, with the 95 % interval of that mean."""
    print(f"\n| evidence | {' | '.join(MEASURES)} |\n|---|{'---|' * len(MEASURES)}")
    for name in repetitions[0].rows:
        by_seed = np.array([each.rows[name].measure(each.asked) for each in repetitions])
        usable = [column[~np.isnan(column)] for column in by_seed.T]
        cells = [shown(mean_of(c.tolist())) if len(c) > 1 else "-" for c in usable]
        print(f"| {name} | {' | '.join(cells)} |")


def print_difference(repetitions: Sequence[Repetition], first: str, second: str) -> None:
    """Paired by seed; accuracy and macro-F1 of the first seed also with artists resampled."""
    one = repetitions[0]
    for place, name in enumerate(MEASURES[:4]):
        apart = [
            each.rows[first].measure(each.asked)[place]
            - each.rows[second].measure(each.asked)[place]
            for each in repetitions
        ]
        drawn = ""
        if metric := _DRAWN.get(name):
            guesses = [one.rows[row].guesses for row in (first, second)]
            groups = one.asked.groups.tolist()
            found = paired_difference(
                one.asked.labels, *guesses, groups, metric, styles=len(STYLES)
            )
            drawn = f"; {shown(found)} with artists resampled, first seed"
        print(f"{first} less {second}, {name}: {shown(mean_of(apart))} over seeds{drawn}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True)
    parser.add_argument("--catalog", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore", UserWarning)  # styles with fewer artists than folds
    artworks = Artworks.read(given.home)
    images = bool((artworks.has_image & (artworks.catalogs == given.catalog)).any())
    found = [
        repeat(artworks, given.catalog, images, seed, given.keep) for seed in range(given.seeds)
    ]
    print(
        f"\n{given.catalog}: {len(found[0].asked.labels):,} artworks of "
        f"{len(set(found[0].asked.groups)):,} artists; learned from {len(artworks.labels):,}"
    )
    print_rows(found)
    if images:
        for second in (FACTS, ADAPTED):
            print_difference(found, "image + facts", second)
        print_flags(found[0].asked, {name: found[0].rows[name] for name in ROWS})
        print_withheld(artworks, given.catalog)


if __name__ == "__main__":
    main()

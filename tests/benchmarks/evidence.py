"""Predictions from image and facts for unseen artists, separately and combined.

    python -m tests.benchmarks.evidence --home HOME --catalog sample [--seeds 5] [--keep FOLDER]

Repeated cross-validation: for each seed the artists of the whole home, whatever the catalog, fall
into five folds, and a fold's artworks are predicted by models of all others. Pools, temperatures
and thresholds are fitted among those others, on what models of three inner folds predict. Images
are those of the catalog that have been embedded already; without any it is measured on facts. A
seed takes some 3 minutes of one core; `--keep` keeps what models predict for another run.
"""

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

import sql
from catalog.base.settings import Settings
from catalog.storage import duck
from catalog.vocabulary import style_years
from models.evidence.evidence import Evidence
from models.evidence.patterns import FACTS, IMAGE
from models.facts.features import has_facts
from models.metrics import confusion
from models.metrics.intervals import Estimate, paired_difference
from models.metrics.scores import accuracy, expected_calibration_error
from models.training.repeated import mean_of
from tests.benchmarks.evidence_folds import (
    FOLDS,
    INNER,
    MEASURES,
    STYLES,
    Artworks,
    HeldOut,
    Predicted,
    classifier_of,
    facts_logs,
    hold_out,
)

ROWS: Mapping[str, tuple[str, ...]] = {
    "image": (IMAGE,),
    "facts": (FACTS,),
    "image + facts": (IMAGE, FACTS),
}
_DRAWN = {"accuracy": confusion.accuracy, "macro-F1": confusion.macro_f1}
_YEARS = ("date_earliest", "date_latest", "born", "died", "active_from", "active_to")
MAJORITY, ADAPTED = "majority class", "facts, pool of artworks with an image"


@dataclass(frozen=True)
class Repetition:
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
            found[name] = Predicted.by(everything, evidence.only(kinds))
    if images:
        adapted = classifier_of(fold, (FACTS,), fold.training.has_image)
        found[ADAPTED] = Predicted.by(adapted, evidence.only((FACTS,)))
    return Repetition(asked, found)


def repeat(
    artworks: Artworks, catalog: str, images: bool, seed: int, keep: Path | None
) -> Repetition:
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


def print_withheld(artworks: Artworks, catalog: str) -> None:
    """What would be accepted in a catalog whose labels nobody gave, by facts learned elsewhere."""
    asked = artworks.take(artworks.catalogs == catalog)
    elsewhere = artworks.take(artworks.catalogs != catalog)
    strangers = elsewhere.take(~np.isin(elsewhere.groups, asked.groups))
    print(
        f"\n| labels of `{catalog}` withheld, learned from | artworks | accuracy | ECE "
        "| would be accepted | of them right | wrong artists |\n|---|---|---|---|---|---|---|"
    )
    trained = {"all other catalogs": elsewhere, "artworks there by other artists": strangers}
    for name, training in trained.items():
        logs = facts_logs(training, asked, training.folds(INNER, 0), 0)
        known, evidence = (
            Evidence(len(part.labels), {FACTS: found}, {FACTS: has_facts(part.table)})
            for part, found in ((training, logs[0]), (asked, logs[1]))
        )
        fold = HeldOut(training, known, asked, evidence)
        found = Predicted.by(classifier_of(fold, (FACTS,)), evidence)
        right, taken = found.guesses == asked.labels, found.accepted
        print(
            f"| {name} | {len(training.labels):,} | {accuracy(asked.labels, found.guesses):.3f} "
            f"| {expected_calibration_error(found.confidence, right):.3f} | {taken.sum()} "
            f"| {right[taken].sum()} ({right[taken].mean() if taken.any() else np.nan:.3f}) "
            f"| {len(set(asked.groups[taken & ~right]))} of {len(set(asked.groups[taken]))} |"
        )


def count_flags(asked: Artworks, guesses: list[str], decisions: list[str]) -> Counter[str]:
    nothing = pa.nulls(len(guesses), pa.string())
    given = {"style": nothing, "predicted_style": pa.array(guesses)}
    given |= {"decision": pa.array(decisions), "review_decision": nothing}
    given |= {"reviewers_disagree": pa.array([False] * len(guesses))}
    resolved = asked.table.select(["artwork_id", *_YEARS])
    for name, column in given.items():
        resolved = resolved.append_column(name, column)
    with duck.open_database() as connection:
        connection.register("resolved", resolved)
        connection.register("style_years", style_years())
        tolerance = Settings.model_fields["style_tolerance"].default
        flags = duck.arrow(connection, sql.text("enriched/flags"), {"tolerance": tolerance})
    found = Counter(flag for each in flags["flags"].to_pylist() for flag in each)
    return found + Counter(artworks=flags.num_rows)


def print_flags(asked: Artworks, rows: Mapping[str, Predicted]) -> None:
    """Styles that years of an artwork or its artist contradict: as shown, and of all guesses."""
    names = ("artworks", "style-after-work", "style-before-work")
    names += ("style-after-artist-life", "style-before-artist-life")
    print(f"\n| of {len(asked.labels)} artworks, flagged | {' | '.join(names)} |")
    print(f"|---|{'---|' * len(names)}")
    for name, found in rows.items():
        guesses = [STYLES[guess] for guess in found.guesses]
        shown = found.decisions.tolist()
        for what, decisions in (("shown", shown), ("all", ["review"] * len(guesses))):
            counts = count_flags(asked, guesses, decisions)
            of = sum(each != "abstained" for each in decisions)
            cells = " | ".join(str(counts[flag]) for flag in names)
            print(f"| {name}, {what} {of} | {cells} |")


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

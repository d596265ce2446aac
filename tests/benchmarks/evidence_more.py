"""Further figures of evidence: a catalog without labels, and styles that years contradict."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

import sql
from catalog.base.settings import Settings
from catalog.storage import duck
from catalog.vocabulary import style_years
from models.evidence.evidence import Evidence
from models.evidence.patterns import FACTS
from models.facts.features import has_facts
from models.metrics.scores import accuracy, expected_calibration_error
from tests.benchmarks.evidence_folds import (
    INNER,
    STYLES,
    Artworks,
    HeldOut,
    facts_logs,
)
from tests.benchmarks.evidence_pools import Predicted, classifier_of

_YEARS = ("date_earliest", "date_latest", "born", "died", "active_from", "active_to")


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
        combined = classifier_of(HeldOut(training, known, asked, evidence), (FACTS,)).combine(
            evidence
        )
        found = Predicted(combined.log_probabilities, combined.decisions)
        right, taken = found.guesses == asked.labels, found.accepted
        print(
            f"| {name} | {len(training.labels):,} | {accuracy(asked.labels, found.guesses):.3f} "
            f"| {expected_calibration_error(found.confidence, right):.3f} | {taken.sum()} "
            f"| {right[taken].sum()} ({right[taken].mean() if taken.any() else np.nan:.3f}) "
            f"| {len(set(asked.groups[taken & ~right]))} of {len(set(asked.groups[taken]))} |"
        )


def count_flags(asked: Artworks, guesses: list[str], decisions: list[str]) -> dict[str, int]:
    """Count the flags that `enriched` would have, by name."""
    nothing = pa.nulls(len(guesses), pa.string())
    resolved = asked.table.select(["artwork_id", *_YEARS])
    for name, column in {
        "style": nothing,
        "predicted_style": pa.array(guesses),
        "decision": pa.array(decisions),
        "review_decision": nothing,
        "reviewers_disagree": pa.array([False] * len(guesses)),
    }.items():
        resolved = resolved.append_column(name, column)
    with duck.open_database() as connection:
        connection.register("resolved", resolved)
        connection.register("style_years", style_years())
        tolerance = Settings.model_fields["style_tolerance"].default
        flags = duck.arrow(connection, sql.text("enriched/flags"), {"tolerance": tolerance})
    counts: dict[str, int] = {"artworks": flags.num_rows}
    for each in flags["flags"].to_pylist():
        for flag in each:
            counts[flag] = counts.get(flag, 0) + 1
    return counts


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
            cells = " | ".join(str(counts.get(flag, 0)) for flag in names)
            print(f"| {name}, {what} {of} | {cells} |")

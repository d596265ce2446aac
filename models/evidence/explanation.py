"""Explanations of predictions: style and weight of each kind of evidence, and a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.base.arrow import values
from models.arrays import Flags
from models.evidence.classifier import Combined, CombinedClassifier
from models.evidence.evidence import Evidence, counts_matrix
from models.evidence.patterns import FACTS, KINDS, OTHER_WORKS, kinds_of
from models.facts.classifier import FactsClassifier
from models.facts.features import GROUPS, hide

DIGITS = 4
SHOWN, MIN_CHANGE = 3, 0.01
"""Facts whose influence is shown, and the minimum change of the probability."""
_FACTS = (
    *("date_earliest", "date_latest", "born", "died", "active_from", "active_to"),
    *("nationality", "technique", "form"),
)


def explain(
    classifier: CombinedClassifier, artworks: pa.Table, evidence: Evidence, combined: Combined
) -> list[list[dict[str, Any]]]:
    """List, for each artwork, what each kind of evidence that its prediction rests on says.

    As the fields of `evidence` in the table `predictions`: the style that the evidence by itself
    makes most likely, its probability (not rounded), its share of the pool's weights, and as
    `basis` the facts, or how many of the other works have the style.

    Args:
        classifier: that predicted.
        artworks: as `CombinedClassifier.evidence_about` takes them.
        evidence: about the same artworks.
        combined: their predictions.
    """
    found: list[list[dict[str, Any]]] = [[] for _ in range(evidence.artworks)]
    for kind in KINDS:
        if kind not in evidence.logs:
            continue
        shares = {}
        for pattern in set(combined.patterns):
            kinds = kinds_of(pattern)
            if kind in kinds:
                weights = np.asarray(classifier.pools[pattern].weights)
                shares[pattern] = float(weights[kinds.index(kind)] / (weights.sum() or 1.0))
        rows = np.array([pattern in shares for pattern in combined.patterns], bool)
        alone, pool = evidence.logs[kind], classifier.pools.get(kind)
        alone = np.exp(alone if pool is None else pool.log_probabilities([alone]))
        styles = (evidence.logs[kind] if kind == OTHER_WORKS else alone).argmax(1)
        bases = _bases(kind, artworks, rows, classifier.styles)
        for row in np.flatnonzero(rows).tolist():
            found[row].append(
                {
                    "evidence": kind,
                    "style": classifier.styles[styles[row]],
                    "probability": float(alone[row, styles[row]]),
                    "weight": shares[combined.patterns[row]],
                    "basis": bases[row],
                }
            )
    return found


def as_column(explained: Sequence[Sequence[dict[str, Any]]], kind: pa.DataType) -> pa.Array[Any]:
    """Convert to the column `evidence` of the table `predictions`, of that type."""
    rows = [
        [{**each, **{n: round(each[n], DIGITS) for n in ("probability", "weight")}} for each in row]
        for row in explained
    ]
    return pa.array(rows, kind)


def because(explained: Sequence[Sequence[dict[str, Any]]]) -> list[str]:
    """Write each artwork's evidence as one readable line.

    For example: image: Impressionism .48; facts: Impressionism .81 (1885, French, oil on canvas);
    other works: 31 of 33 Impressionism.
    """
    return ["; ".join(map(_in_words, row)) for row in explained]


def _in_words(found: dict[str, Any]) -> str:
    kind, style, basis = found["evidence"], found["style"], found["basis"]
    if kind == OTHER_WORKS:
        return f"{kind}: {basis} {style}"
    probability = f"{found['probability']:.2f}".removeprefix("0")
    return f"{kind}: {style} {probability}" + (f" ({basis})" if basis else "")


def describe_facts(artwork: Mapping[str, Any]) -> str:
    """Name the facts that matter most to a style: years, the artist's life, place, technique."""
    born, died = artwork["born"], artwork["died"]
    life = f"artist {born or '?'}-{died or ''}" if born or died else None
    if life is None and (active := _span(artwork["active_from"], artwork["active_to"])):
        life = f"artist active {active}"
    made = _span(artwork["date_earliest"], artwork["date_latest"])
    technique = artwork["technique"] or artwork["form"]
    return ", ".join(filter(None, (made, life, artwork["nationality"], technique)))


def _span(earliest: int | None, latest: int | None) -> str:
    years = sorted({year for year in (earliest, latest) if year is not None})
    return "-".join(map(str, years))


def _bases(kind: str, artworks: pa.Table, rows: Flags, styles: Sequence[str]) -> list[str | None]:
    if kind == FACTS:
        facts = artworks.select(list(_FACTS)).to_pylist()
        return [
            describe_facts(each) if there else None
            for each, there in zip(facts, rows.tolist(), strict=True)
        ]
    if kind == OTHER_WORKS:
        counts = counts_matrix(values(artworks, "other_labels"), styles)
        return [
            f"{most:.0f} of {total:.0f}" if there else None
            for most, total, there in zip(counts.max(1), counts.sum(1), rows, strict=True)
        ]
    return [None] * artworks.num_rows


def fact_influence(facts: FactsClassifier, artworks: pa.Table) -> list[list[tuple[str, float]]]:
    """Measure how much each group of facts adds to the probability of each artwork's style.

    Args:
        facts: the classifier.
        artworks: with the columns `models.facts.features.COLUMNS`.

    Returns:
        For each artwork up to three groups with the change that leaving them out makes to the
        probability of its most likely style, the largest change first.
    """
    if artworks.num_rows == 0:
        return []
    whole = np.exp(facts.log_probabilities(artworks))
    best = whole.argmax(1)
    rows = np.arange(len(best))
    without = {group: np.exp(facts.log_probabilities(hide(artworks, group))) for group in GROUPS}
    changes = {group: (whole - left)[rows, best] for group, left in without.items()}
    return [
        sorted(
            (
                (group, float(change[row]))
                for group, change in changes.items()
                if abs(change[row]) >= MIN_CHANGE
            ),
            key=lambda found: -abs(found[1]),
        )[:SHOWN]
        for row in range(len(best))
    ]

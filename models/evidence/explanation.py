"""Explains a prediction: what each kind of evidence says, how much it weighs, and in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from models.evidence.classifier import Combined, CombinedClassifier
from models.evidence.evidence import Evidence
from models.evidence.patterns import FACTS, OTHER_WORKS, kinds_of

DIGITS = 4


def explain(
    classifier: CombinedClassifier, artworks: pa.Table, evidence: Evidence, combined: Combined
) -> list[list[dict[str, Any]]]:
    """List, for each artwork, the evidence that its prediction rests on.

    Args:
        classifier: that predicted.
        artworks: as `CombinedClassifier.evidence_about` takes them.
        evidence: about the same artworks.
        combined: what was predicted of them.

    Returns:
        For each artwork one dict per kind: `evidence`, its likeliest `style` with its
        `probability` by this evidence alone, its share of the pool's `weight`, and `basis`.
    """
    alone = {kind: np.exp(classifier.alone(evidence, kind)) for kind in evidence.logs}
    found: list[list[dict[str, Any]]] = []
    for row, artwork in enumerate(artworks.to_pylist()):
        kinds = kinds_of(combined.patterns[row])
        weights = classifier.pools[combined.patterns[row]].weights if kinds else ()
        total = sum(weights) or 1.0
        found.append(
            [
                _entry(kind, alone[kind][row], classifier.styles, weight / total, artwork)
                for kind, weight in zip(kinds, weights, strict=True)
            ]
        )
    return found


def because(entries: list[dict[str, Any]]) -> str:
    """Write the evidence as one readable line.

    For example: image: Impressionism .48; facts: Impressionism .81 (1885, French, oil on canvas);
    other works: 31 of 33 Impressionism.
    """
    return "; ".join(_in_words(entry) for entry in entries)


def _in_words(entry: Mapping[str, Any]) -> str:
    if entry["evidence"] == OTHER_WORKS:
        return f"{entry['evidence']}: {entry['basis']} {entry['style']}"
    probability = f"{entry['probability']:.2f}".removeprefix("0")
    basis = f" ({entry['basis']})" if entry["basis"] else ""
    return f"{entry['evidence']}: {entry['style']} {probability}{basis}"


def _entry(
    kind: str, probabilities: Any, styles: tuple[str, ...], weight: float, artwork: dict[str, Any]
) -> dict[str, Any]:
    best = int(probabilities.argmax())
    style, basis = styles[best], None
    if kind == FACTS:
        basis = describe_facts(artwork)
    elif kind == OTHER_WORKS:
        labels = artwork["other_labels"] or []
        style = max(labels, key=lambda each: each["artworks"])["style"] if labels else style
        count = sum(each["artworks"] for each in labels if each["style"] == style)
        basis = f"{count} of {sum(each['artworks'] for each in labels)}"
    return {
        "evidence": kind,
        "style": style,
        "probability": round(float(probabilities[styles.index(style)]), DIGITS),
        "weight": round(weight, DIGITS),
        "basis": basis,
    }


def describe_facts(artwork: Mapping[str, Any]) -> str:
    """Name the facts that matter most to a style: years, the artist's life, place, technique."""
    parts = [
        _span(artwork["date_earliest"], artwork["date_latest"]),
        _life(artwork),
        artwork["nationality"],
        artwork["technique"] or artwork["form"],
    ]
    return ", ".join(part for part in parts if part)


def _span(earliest: int | None, latest: int | None) -> str | None:
    years = sorted({year for year in (earliest, latest) if year is not None})
    return "-".join(map(str, years)) or None


def _life(artwork: Mapping[str, Any]) -> str | None:
    born, died = artwork["born"], artwork["died"]
    if born is not None or died is not None:
        return f"artist {born or '?'}-{died or ''}"
    active = _span(artwork["active_from"], artwork["active_to"])
    return f"artist active {active}" if active else None

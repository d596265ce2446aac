"""Charts of the report, as inline SVG."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from models.evaluation.agreement import Agreed
from models.evaluation.plots import FAINT, INK, TRAIN, VALIDATION

_SOURCES = (
    ("from_catalog", "the catalog’s label", TRAIN),
    ("from_reviews", "decided by a person", VALIDATION),
    ("from_predictions", "accepted prediction", "#7a8b3c"),
)
_UNKNOWN = "unknown"


def styles(rows: Sequence[Mapping[str, Any]]) -> str:
    """Draw artworks by effective style and its source: rows of `report/styles`."""
    figure = Figure(figsize=(8, 1.1 + 0.32 * len(rows)), layout="constrained")
    axes = figure.subplots()
    names = [row["style"] or _UNKNOWN for row in rows]
    left = [0] * len(rows)
    unknown = [row["works"] if row["style"] is None else 0 for row in rows]
    bars = [(label, [row[name] for row in rows], colour) for name, label, colour in _SOURCES]
    for label, counts, colour in (*bars, ("unknown", unknown, FAINT)):
        axes.barh(names, counts, left=left, color=colour, label=label)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("artworks")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return _svg(figure)


def agreement(rows: Sequence[Agreed]) -> str:
    """Draw how often curators confirmed predictions, by confidence, with 95 % intervals."""
    bands = [row for row in rows if row.kind == "band"]
    figure = Figure(figsize=(6, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--", label="perfect calibration")
    # With none or all right, rounding must not give a negative error bar
    errors = [
        [max(0.0, row.agreement - row.lower) for row in bands],
        [max(0.0, row.upper - row.agreement) for row in bands],
    ]
    axes.errorbar(
        [row.confidence for row in bands],
        [row.agreement for row in bands],
        yerr=errors,
        fmt="o",
        color=TRAIN,
        capsize=3,
        label="found right by curators, 95 % interval",
    )
    for row in bands:
        at = (row.confidence, row.agreement)
        axes.annotate(f"{row.decisions:,}", at, (6, 4), textcoords="offset points")
    beside = "mean confidence of the band; the figure beside a point counts decisions"
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=beside, ylabel="share found right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", frameon=False)
    return _svg(figure)


def _svg(figure: Figure) -> str:
    """Render a figure as reproducible SVG with text as text."""
    buffer = io.StringIO()
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "artcat", "font.family": "sans-serif"}
    ):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]

"""Plots of a training run and of an evaluation, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from models.arrays import Flags, Floats
from models.classifiers.record import Epoch
from models.metrics import scores

TRAIN, VALIDATION = "#2f6f9f", "#c8553d"
PALE = "#a9c6da"
INK, FAINT = "#333333", "#dddddd"
DPI = 120
_FEW = 5
_LETTER = 0.075
"""Mean width of a label's letters in inches."""
DARK = 0.55
"""A cell darker than this has light text."""


def loss_curves(history: Sequence[Epoch], title: str = "") -> bytes:
    """Plot loss and accuracy per epoch, training beside validation, as PNG.

    Without validation only training is drawn.
    """
    figure = Figure(figsize=(9, 3.6))
    _margins(figure, left=0.6, right=0.1, top=0.4, bottom=0.5, between=0.7)
    losses, accuracies = figure.subplots(1, 2)
    epochs = [row.epoch for row in history]
    for axes, name in ((losses, "loss"), (accuracies, "accuracy")):
        train, validation = (
            [getattr(row, f"{part}_{name}") for row in history] for part in ("train", "validation")
        )
        _curves(axes, epochs, train, validation)
    losses.set(ylabel="cross-entropy, nats", ylim=(0, None))
    accuracies.set(ylabel="accuracy", ylim=(0, 1))
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK)
    return _png(figure)


def confusion_matrix(
    matrix: npt.NDArray[np.int64],
    styles: Sequence[str],
    *,
    title: str,
    accuracy: float,
    majority: float,
) -> bytes:
    """Plot artworks by style and prediction as PNG: counts, shaded by their share of the row.

    Args:
        matrix: artworks by style (row) and guess (column), `[styles, styles]`.
        styles: the vocabulary, in order.
        title: the model and the data that it was evaluated on.
        accuracy: share of right predictions, 0-1.
        majority: accuracy of always predicting the most common training style.
    """
    works = matrix.sum(1)
    words = _LETTER * max(len(style) for style in styles)
    left, right, top, bottom = words + 1.1, 0.1, 0.6, 0.75 * words + 0.5
    cells = max(0.5 * len(styles), 2.4)  # no lower than the panel beside them
    wide = max(left + cells + right, 5.5)  # no narrower than its title
    figure = Figure(figsize=(wide, top + cells + bottom))
    _margins(figure, left=left, right=right, top=top, bottom=bottom)
    axes = figure.subplots()
    parts = matrix / np.maximum(works, 1)[:, None]
    edges = np.arange(len(styles) + 1) - 0.5
    axes.pcolormesh(
        edges, edges, parts, cmap="Blues", vmin=0, vmax=1, edgecolors=FAINT, linewidth=0.6
    )
    axes.invert_yaxis()
    axes.set_aspect("equal", anchor="NW")
    for row, column in zip(*np.nonzero(matrix), strict=True):
        colour = "white" if parts[row, column] > DARK else INK
        axes.text(
            column, row, str(matrix[row, column]), ha="center", va="center", color=colour, size=9
        )
    places = range(len(styles))
    axes.set_xticks(places, styles, rotation=45, ha="right", rotation_mode="anchor")
    labels = [f"{style} ({count:,})" for style, count in zip(styles, works, strict=True)]
    axes.set_yticks(places, labels)
    axes.set_xlabel("predicted style")
    axes.set_ylabel("style in the catalog (artworks)")
    axes.tick_params(which="both", length=0, labelcolor=INK)
    axes.spines[:].set_visible(False)
    summary = f"{works.sum():,} artworks   accuracy {accuracy:.1%}   majority class {majority:.1%}"
    figure.suptitle(f"{title}\n{summary}", x=0.01, ha="left", fontsize=11, color=INK)
    return _png(figure)


def reliability_diagrams(
    before: Floats | None, after: Floats, correct: Flags, *, title: str
) -> bytes:
    """Draw how often predictions are right by how confident the model was, as PNG.

    Source: the reliability diagrams of Guo et al. 2017, with the number of artworks below each.

    Args:
        before: confidence before calibration, `[n]`; None where it is not known.
        after: calibrated confidence, `[n]`.
        correct: whether the predictions are right, `[n]`.
        title: the model and the data that it was evaluated on.
    """
    given = [("after calibration", after)]
    figure = Figure(figsize=(6, 5))
    figure.subplots_adjust(0.1, 0.17, 0.97, 0.87)
    if before is not None:
        given.insert(0, ("before calibration", before))
        figure.set_size_inches(9, 5)
        _margins(figure, left=0.6, right=0.2, top=0.65, bottom=0.85, between=0.6)
    panels = figure.subplots(2, len(given), sharex=True, height_ratios=(3, 1), squeeze=False)
    for column, (name, confidence) in enumerate(given):
        _reliability(panels[0, column], panels[1, column], scores.reliability(confidence, correct))
        error = scores.expected_calibration_error(confidence, correct)
        panels[0, column].set_title(f"{name}: ECE {error:.3f}", fontsize=10, color=INK)
    panels[0, 0].set_ylabel("share of right predictions")
    panels[1, 0].set_ylabel("artworks")
    # Outside the axes: no corner of a diagram stays free
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="lower right", ncols=3)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK)
    return _png(figure)


def _reliability(rates: Axes, works: Axes, bins: Sequence[scores.ReliabilityBin]) -> None:
    width = 0.92 / scores.BINS
    middles = np.array([(each.low + each.high) / 2 for each in bins])
    counts, accuracies = (np.array([getattr(b, n) for b in bins]) for n in ("works", "accuracy"))
    # bins of few artworks are pale: their height is mostly chance
    few = f"right, of fewer than {_FEW} artworks"
    for label, colour, here in (("right", TRAIN, counts >= _FEW), (few, PALE, counts < _FEW)):
        rates.bar(middles[here], accuracies[here], width, color=colour, label=label)
    perfect = "perfect calibration"
    rates.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--", label=perfect)
    rates.set_ylim(0, 1)
    works.bar(middles, counts, width, color=FAINT, edgecolor=INK)
    works.set(xlim=(0, 1), xlabel="confidence of the prediction")
    works.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    for axes in (rates, works):
        axes.spines[["top", "right"]].set_visible(False)


def _curves(
    axes: Axes, epochs: list[int], train: Sequence[float], validation: Sequence[float | None]
) -> None:
    marker = "o" if len(epochs) <= 30 else ""  # noqa: PLR2004 - more run into each other
    axes.plot(epochs, train, color=TRAIN, marker=marker, markersize=3, label="training")
    known = [(e, v) for e, v in zip(epochs, validation, strict=True) if v is not None]
    if known:
        axes.plot(*zip(*known, strict=True), color=VALIDATION, marker=marker, markersize=3)
        axes.lines[-1].set_label("validation")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color=FAINT, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def _margins(
    figure: Figure, *, left: float, right: float, top: float, bottom: float, between: float = 0.0
) -> None:
    """Return the margins in inches; finding them by drawing would double the time."""
    wide, high = figure.get_size_inches()
    panel = (wide - left - right - between) / 2
    figure.subplots_adjust(
        left / wide, bottom / high, 1 - right / wide, 1 - top / high, wspace=between / panel
    )


def _png(figure: Figure) -> bytes:
    """Render a figure as PNG, reproducibly."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()

"""Optuna's plots of a study, as PNG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction

import matplotlib as mpl
import optuna
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from optuna.importance import FanovaImportanceEvaluator
from optuna.trial import FrozenTrial, TrialState, create_trial
from optuna.visualization import matplotlib as drawn

from models.evaluation.plots import DPI, FAINT, INK, TRAIN, VALIDATION
from models.tuning.search import completed
from models.tuning.space import STEPS
from models.tuning.trials import TrialRow

ENOUGH = 4
"""Least trials per parameter for a meaningful importance."""
MEASURE = "macro-F1, validation part"
ENDED = "#b5b5b5"
"""Style of pruned trials."""


def draw(study: str, rows: Sequence[TrialRow]) -> dict[str, bytes]:
    """Draw a study's plots by name; those that need more trials are left out.

    `history`: each complete trial's macro-F1 and the best so far; `rungs`: macro-F1 of every trial
    on its way; `importance`: share of the variance of macro-F1 that each parameter explains, by
    functional analysis of variance on a random forest (Hutter et al., 2014).
    """
    found = _study(study, [row.frozen() for row in rows if row.state != "running"])
    pictures = {}
    if completed(rows):
        pictures["history"] = _png(lambda: _history(found))
    if any(len(row.intermediate) > 1 for row in rows):
        pictures["rungs"] = _png(lambda: _rungs(found))
    step = min((step for row in rows for step in row.intermediate), default=0)
    evaluated = [row for row in rows if step in row.intermediate]
    if evaluated and len(evaluated) >= ENOUGH * len(evaluated[0].params):
        pictures["importance"] = _png(lambda: _importance(study, evaluated, step))
    return pictures


def _study(name: str, trials: Sequence[FrozenTrial]) -> optuna.Study:
    study = optuna.create_study(study_name=name, direction="maximize")
    study.add_trials(trials)
    return study


def _history(study: optuna.Study) -> Axes:
    axes = drawn.plot_optimization_history(study, target_name=MEASURE)
    _title(axes, f"{study.study_name}: complete trials and the best so far")
    axes.set_xlabel("trial")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.collections[0].set_color(TRAIN)
    axes.lines[0].set_color(VALIDATION)
    axes.legend(["a trial", "best so far"], frameon=False, loc="best")
    return axes


def _rungs(study: optuna.Study) -> Axes:
    axes = drawn.plot_intermediate_values(study)
    _title(axes, f"{study.study_name}: trials by rung")
    axes.set_xlabel("fraction of the training")
    axes.set_ylabel(MEASURE)
    axes.set_xticks(STEPS, [_part(step) for step in STEPS])
    for line in axes.lines:
        number = int(str(line.get_label()).removeprefix("Trial"))
        complete = study.trials[number].state == TrialState.COMPLETE
        line.set(color=TRAIN if complete else ENDED, marker="o", markersize=4, alpha=0.8)
        line.set_label("trained to the end" if complete else "ended early")
        line.set_zorder(3 if complete else 2)
    kinds = {str(line.get_label()): line for line in axes.lines}
    axes.legend(kinds.values(), kinds.keys(), frameon=False, loc="best")
    return axes


def _importance(name: str, rows: Sequence[TrialRow], step: int) -> Axes:
    """Draw the importance on the lowest rung: the few trials beyond it are a biased selection."""
    trials = [
        create_trial(
            value=row.intermediate[step], params=row.params, distributions=row.distributions
        )
        for row in rows
    ]
    axes = drawn.plot_param_importances(
        _study(name, trials), evaluator=FanovaImportanceEvaluator(seed=0)
    )
    _title(axes, f"{name}: importance after {_part(step)} of the training, {len(rows)} trials")
    axes.set_xlabel("share of the variance of macro-F1 that it explains")
    axes.set_ylabel("")
    axes.legend().remove()
    for bar in axes.patches:
        bar.set_color(TRAIN)
    for share in axes.texts:
        share.set_text(f" {share.get_text()}")
    axes.grid(visible=False, axis="y")
    return axes


def _part(step: int) -> str:
    return "all" if step == STEPS[-1] else str(Fraction(step, STEPS[-1]))


def _png(make: Callable[[], Axes]) -> bytes:
    """Draw with Optuna, and replace its style by the project's."""
    pyplot.switch_backend("Agg")
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        axes = make()
        figure = axes.get_figure(root=True)
        assert figure is not None  # noqa: S101 - it has just been drawn in one
        try:
            _restyle(axes)
            figure.set_size_inches(9, 4.2)
            figure.set_layout_engine("constrained")
            buffer = io.BytesIO()
            figure.savefig(
                buffer, format="png", dpi=DPI, facecolor="white", metadata={"Software": None}
            )
        finally:
            pyplot.close(figure)
    return buffer.getvalue()


def _title(axes: Axes, text: str) -> None:
    axes.set_title("")
    axes.set_title(text, loc="left", fontsize=11, color=INK)


def _restyle(axes: Axes) -> None:
    axes.set_facecolor("white")
    for line in (*axes.get_xgridlines(), *axes.get_ygridlines()):
        line.set(color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(INK)

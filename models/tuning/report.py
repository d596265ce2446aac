"""The report of a study: its best trials as lines, and Optuna's plots below `reports/tuning/`."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial

import matplotlib as mpl
import numpy as np
import optuna
from matplotlib import pyplot
from matplotlib.axes import Axes
from optuna.importance import FanovaImportanceEvaluator
from optuna.trial import FrozenTrial, TrialState, create_trial
from optuna.visualization import matplotlib as plots

from catalog.storage.store import Store
from models.evaluation.plots import DPI, FAINT, TRAIN
from models.tuning.search import completed
from models.tuning.space import STEPS

SHOWN = 5
"""Best trials in the report."""
MIN_TRIALS = 4
"""Trials per parameter from which its importance is distinguished from chance."""
MEASURE = "macro-F1, validation part"


def write_report(home: Store, study: optuna.Study) -> tuple[list[str], list[str]]:
    """Draw the plots of a study into the home; return lines for a terminal and the plots' places.

    A plot that needs more trials than there are is left out.
    """
    trials, best = study.trials, completed(study)
    drawn: dict[str, Callable[[], Axes]] = {}
    if best:
        drawn["history"] = partial(_history, study)
    if any(len(trial.intermediate_values) > 1 for trial in trials):
        drawn["rungs"] = partial(_rungs, study)
    step = min((step for trial in trials for step in trial.intermediate_values), default=0)
    measured = [trial for trial in trials if step in trial.intermediate_values]
    if measured and len(measured) >= MIN_TRIALS * len(measured[0].params):
        drawn["importance"] = partial(_importance, measured, step)
    pictures = []
    for name, draw in drawn.items():
        key = f"reports/tuning/{study.study_name}/{name}.png"
        home.write(key, _png(draw))
        pictures.append(home.uri_of(key))
    states = Counter(trial.state.name.lower() for trial in trials)
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    seconds = sum(trial.user_attrs.get("seconds", 0.0) for trial in trials)
    lines = [
        f"study {study.study_name}, {len(trials)} trials: {counts}; {seconds:.0f} s of training"
    ]
    for trial in best[:SHOWN]:
        params = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in trial.params.items()
        )
        seconds = trial.user_attrs["seconds"]
        lines.append(
            f"trial {trial.number:<3} macro-F1 {trial.value:.3f}  {seconds:6.0f} s  {params}"
        )
    lines += [
        f"trial {trial.number} failed: {trial.user_attrs.get('message')}"
        for trial in trials
        if trial.state == TrialState.FAIL
    ]
    return lines, pictures


def _history(study: optuna.Study) -> Axes:
    axes = plots.plot_optimization_history(study, target_name=MEASURE)
    axes.set_title(f"{study.study_name}: complete trials and the best so far")
    axes.legend(["trial", "best so far"], frameon=False, loc="best")
    return axes


def _rungs(study: optuna.Study) -> Axes:
    axes = plots.plot_intermediate_values(study)
    axes.set_title(f"{study.study_name}: complete trials, and in grey those that were pruned")
    axes.set_xticks(STEPS, ["1/4", "1/2", "all"])
    axes.set(xlabel="part of the training", ylabel=MEASURE)
    axes.legend().remove()  # a line per trial
    for line in axes.lines:
        complete = STEPS[-1] in np.asarray(line.get_xdata())
        line.set(color=TRAIN if complete else "#b5b5b5", zorder=3 if complete else 2)
    return axes


def _importance(trials: list[FrozenTrial], step: int) -> Axes:
    """Draw the share of the variance of macro-F1 that each parameter explains (functional ANOVA).

    At the lowest rung: the few trials that were trained further are too much alike.
    """
    study = optuna.create_study(direction="maximize")
    for trial in trials:
        value = trial.intermediate_values[step]
        study.add_trial(
            create_trial(value=value, params=trial.params, distributions=trial.distributions)
        )
    axes = plots.plot_param_importances(
        study, evaluator=FanovaImportanceEvaluator(seed=0), target_name="macro-F1"
    )
    part = f"after {step}/{STEPS[-1]} of the training" if step < STEPS[-1] else "after training"
    axes.set_title(f"importance of parameters {part}, {len(trials)} trials", loc="left")
    axes.set_ylabel("")
    axes.legend().remove()
    return axes


def _png(draw: Callable[[], Axes]) -> bytes:
    pyplot.switch_backend("Agg")
    # Optuna sets a style of its own for all plots of the process.
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        axes = draw()
        axes.set_facecolor("white")
        axes.grid(color=FAINT)
        figure = axes.get_figure(root=True)
        assert figure is not None  # noqa: S101 - it has just been drawn in one
        try:
            figure.set_size_inches(9, 4.2)
            figure.set_layout_engine("constrained")
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", dpi=DPI)
        finally:
            pyplot.close(figure)
    return buffer.getvalue()

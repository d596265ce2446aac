"""The flow `evaluate`: evaluate new models, promote the best, and write the report.

Run: artcat evaluate --home artcat-home
"""

from __future__ import annotations

from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows.results import EvaluateResult
from models.evaluation.leaderboard import against_champion, leaderboard
from models.parameters import EvaluateParameters
from models.promotion.promote import champion_state
from models.readiness import warn_of_few
from models.versions import registry
from tasks.learning import evaluate_model, promote_best, write_report
from tasks.prefect_run import run_id


def evaluate(parameters: EvaluateParameters) -> Run[EvaluateResult]:
    """Evaluate and promote; returns the leaderboard and comparisons with the champion."""
    home = open_existing_home(parameters.home)
    with recorded(home, "evaluate", EvaluateResult(), None, run_id()) as run:
        evaluate_steps(run, home)
    run.result.leaderboard = leaderboard(home)
    run.result.comparisons = against_champion(home, run.result.leaderboard)
    return run


def evaluate_steps(run: Run[EvaluateResult], home: Store) -> None:
    """Run the steps of evaluation, also within `nightly`."""
    result = run.result
    with run.step("evaluate"):
        models = registry.models_for_vocabulary(home)
        result.evaluated = sum(evaluate_model(home.uri, model.model_version) for model in models)
        outcome = promote_best(home.uri)
        if outcome.champion and not (best := registry.find(home, outcome.champion)).imported:
            result.warn(warn_of_few(home, best.scheme))
        result.embedder = outcome.embedder
        result.gate = list(outcome.decisions)
        result.report = write_report(home.uri)
        result.update_from(champion_state(home))

"""The flow `evaluate`: evaluate new models, promote the best, and write the report.

Run: artcat evaluate --home artcat-home
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows.enrich import warn
from flows.quiet import run_id
from models.evaluation.leaderboard import against_champion, leaderboard
from models.parameters import EvaluateParameters
from models.promotion.absence import champion_state
from models.readiness import warn_of_few
from models.versions import registry
from tasks.learning import evaluate_model, promote_best, write_report


def evaluate(parameters: EvaluateParameters) -> dict[str, Any]:
    """Evaluate and promote; returns the leaderboard and comparisons with the champion."""
    home = open_existing_home(parameters.home)
    with recorded(home, "evaluate", None, run_id()) as run:
        evaluate_steps(run, home)
    rows = leaderboard(home)
    return {
        **run.summary(),
        "leaderboard": rows,
        "comparisons": against_champion(home, rows),
    }


def evaluate_steps(run: Run, home: Store) -> None:
    """Run the steps of evaluation, also within `nightly`."""
    with run.step("evaluate"):
        models = registry.models_that_fit(home)
        done = [evaluate_model(home.uri, model.model_version) for model in models]
        run.counts["evaluated"] = sum(done)
        outcome = promote_best(home.uri)
        run.counts["champion"] = outcome.champion
        if outcome.champion and not (best := registry.find(home, outcome.champion)).imported:
            warn(run, warn_of_few(home, best.scheme))
        run.counts["embedder"] = outcome.embedder
        run.counts["gate"] = [asdict(decision) for decision in outcome.decisions]
        run.counts["report"] = write_report(home.uri)
        run.counts.update(champion_state(home))

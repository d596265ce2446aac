"""The flow `nightly`: ingest, train if there is no champion, evaluate, enrich, publish.

Run: artcat nightly --catalog historic-art/complete --home artcat-home
"""

from __future__ import annotations

from catalog.enrichment.champions import warn_of_retired
from catalog.runs.record import Run, recorded
from catalog.sources import catalog_name
from catalog.storage.homes import open_home_store
from catalog.storage.store import Store
from flows.enrich import enrich_steps
from flows.evaluate import evaluate_steps
from flows.ingest import ingest_steps
from flows.preflight import check_templates
from flows.progress import LOG
from flows.results import NightlyResult
from flows.train import train_steps
from models.config import LITE_CLIP
from models.evaluation.leaderboard import leaderboard
from models.parameters import NightlyParameters
from models.promotion.promote import should_train
from models.readiness import reason_not_trainable
from models.versions.registry import models
from tasks.prefect_run import run_id


def nightly(parameters: NightlyParameters) -> Run[NightlyResult]:
    """Update everything from a catalog; returns what was read, done and written."""
    home = open_home_store(parameters.home)
    name = catalog_name(parameters)
    check_templates()
    with recorded(home, "nightly", NightlyResult(), name, run_id()) as run:
        nightly_steps(run, home, name, parameters)
    run.result.leaderboard = leaderboard(home)
    return run


def nightly_steps(
    run: Run[NightlyResult], home: Store, name: str, parameters: NightlyParameters
) -> None:
    """Run the steps of a night, also within `demo`."""
    ingest_steps(run, home, name, parameters)
    run.result.warn(warn_of_retired(home))
    if parameters.train or should_train(home):
        run.result.missing = reason_not_trainable(home, images=False)
        if run.result.missing is None:
            if not models(home) and parameters.model in (None, LITE_CLIP):
                from models.training.estimate import estimate  # noqa: PLC0415 - needs torch

                LOG.info(estimate(home, parameters.preset))
            train_steps(run, home, parameters)
            evaluate_steps(run, home)
    enrich_steps(run, home, name, parameters)

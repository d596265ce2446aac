"""The flow `reproduce`: the student project's table of six styles, with every method.

Run: artcat reproduce six-styles --catalog historic-art/complete --home home-six
"""

from __future__ import annotations

from catalog.datasets.dataset import SIX_STYLES
from catalog.runs.record import Run, recorded
from catalog.sources import catalog_name
from catalog.storage.homes import open_home_store
from flows.evaluate import evaluate_steps
from flows.ingest import ingest_steps
from flows.results import ReproduceResult
from flows.train import train_steps
from models.evaluation.leaderboard import leaderboard
from models.parameters import ReproduceParameters, ingest_parameters, methods_of
from models.readiness import require_trainable
from tasks.ingestion import update_splits
from tasks.prefect_run import run_id

THEIRS = (
    "cnn: accuracy .6577 on the test part, which also chose the epoch; training accuracy .9457",
    "fine-tuned CLIP ViT-B/32: never finished",
)
"""The student project's results, comparable with the rows `six-styles-random`, test."""


def reproduce(parameters: ReproduceParameters) -> Run[ReproduceResult]:
    """Ingest, train the whole ladder on six styles, measure; returns the table."""
    home = open_home_store(parameters.home)
    source = ingest_parameters(parameters)
    name = catalog_name(source)
    with recorded(home, "reproduce", ReproduceResult(), name, run_id()) as run:
        ingest_steps(run, home, name, source)
        update_splits(home.uri, SIX_STYLES.name)
        require_trainable(home, SIX_STYLES)
        train_steps(run, home, parameters, methods_of(parameters))
        evaluate_steps(run, home)
    board = [row for row in leaderboard(home) if row["scheme"] in SIX_STYLES.schemes]
    run.result.leaderboard, run.result.student_project = board, list(THEIRS)
    return run

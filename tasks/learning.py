"""Steps of learning: train a model, evaluate it, promote the best; and of tuning.

Modules that need torch are imported where they are used: most nights train nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.storage.store import Store, open_store
from models.config import TrainConfig
from models.versions import registry, serving
from models.versions.serving import Serving
from tasks.gpu import gpu_slot
from tasks.prefect_run import emit_promotion, in_prefect_run
from tasks.task import task

if TYPE_CHECKING:
    from models.promotion import promote


@task
def train_model(home: str, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train on a scheme's train part, unless done before; return the model_version."""
    from models.training.fit import fit  # noqa: PLC0415

    with gpu_slot():
        return fit(open_store(home), config, scheme, preset)


@task
def evaluate_model(home: str, model_version: str) -> bool:
    """Evaluate a model on its held-out parts; return False if that was done before."""
    from models.evaluation.evaluate import evaluate  # noqa: PLC0415
    from models.versions import card  # noqa: PLC0415

    store = open_store(home)
    with gpu_slot():
        measured = evaluate(store, registry.find(store, model_version))
    if measured:
        card.write(store, model_version)
    return measured


@task
def promote_best(home: str) -> promote.PromotionResult:
    """Promote the best models that pass the gate, and configure the champions."""
    from models.promotion import promote  # noqa: PLC0415

    store = open_store(home)
    outcome = promote.promote_best(store)
    for made in outcome.decisions:
        if made.promoted and in_prefect_run():
            emit_promotion(store.uri, made.role, made.model_version, made.champion, made.reason)
    _configure_champions(store)
    return outcome


@task
def configure_champions(home: str) -> dict[str, Serving]:
    """Return the champions' configurations; choose and store those that are missing."""
    return _configure_champions(open_store(home))


def _configure_champions(home: Store) -> dict[str, Serving]:
    stored = serving.read_champions(home)
    known = {role: each for role, each in stored.items() if each is not None}
    if len(known) == len(stored):
        return known  # most nights: no model is loaded, and nothing waits for a GPU
    with gpu_slot():
        return serving.configure_champions(home)


@task
def score_model(home: str, model_version: str) -> dict[str, float]:
    """Measure accuracy and macro-F1 of a model and of the majority class on the test part."""
    from models.evaluation.evaluate import test_scores  # noqa: PLC0415

    store = open_store(home)
    with gpu_slot():
        return test_scores(store, registry.find(store, model_version))


@task
def write_report(home: str) -> str | None:
    """Write the evaluation report; return its key, None if nothing was evaluated."""
    from reports.evaluation.page import write_report as write  # noqa: PLC0415

    return write(open_store(home))


@task
def train_rung(
    home: str, config: TrainConfig, scheme: str, key: str, until: int
) -> tuple[float, float]:
    """Resume a trial's training until an epoch; return its macro-F1 and the seconds."""
    from models.tuning import rung  # noqa: PLC0415

    with gpu_slot():
        return rung.train_rung(open_store(home), config, scheme, key, until)


@task
def discard_trainings(home: str, keys: list[str]) -> None:
    """Remove saved trainings that are not needed any more."""
    from models.training.state import TrainingState  # noqa: PLC0415

    for key in keys:
        TrainingState(open_store(home), key).discard()

"""Steps of learning: train a model, measure it, promote the best.

The modules that need torch are imported where they are used: most nights train nothing.
"""

from __future__ import annotations

from catalog.store import open_store
from models import leaderboard, registry
from models.config import TrainConfig
from tasks.task import task


@task
def train_model(home: str, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train on a scheme's train part, unless that was done before; the model_version."""
    from models.fit import fit  # noqa: PLC0415

    return fit(open_store(home), config, scheme, preset)


@task
def evaluate_model(home: str, model_version: str) -> bool:
    """Measure a model on the parts it has not trained on; False if that was done before."""
    from models.evaluation import evaluate  # noqa: PLC0415

    store = open_store(home)
    return evaluate(store, registry.find(store, model_version))


@task
def promote_best(home: str) -> str | None:
    """Make the best evaluated model the champion classifier; its model_version."""
    return leaderboard.promote_best(open_store(home))


@task
def write_report(home: str) -> str | None:
    """Write the page that tells how all models did; where it lies, None if none was measured."""
    from models.report.page import write_report as write  # noqa: PLC0415

    return write(open_store(home))

"""The flow `compare`: train methods and settings with several seeds, and report differences.

Run: artcat compare --variant fine-tuned --variant cnn --seeds 5 --home artcat-home
"""

from __future__ import annotations

from dataclasses import asdict

from catalog.datasets.dataset import DATASETS, base_of
from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows.results import CompareResult
from models.networks.pretrained import local_weights
from models.parameters import CompareParameters
from models.presets import ladder_config, parse_settings
from models.readiness import require_trainable
from models.training.repeated import Variant, differences, mean_of, parse_variant
from tasks.ingestion import update_splits
from tasks.learning import score_model, train_model
from tasks.prefect_run import run_id

MEASURES = ("accuracy", "macro_f1")


def compare(parameters: CompareParameters) -> Run[CompareResult]:
    """Train and measure every variant with every seed; returns means and paired differences."""
    home = open_existing_home(parameters.home)
    dataset = DATASETS[parameters.dataset]
    scheme = next(s for s in dataset.schemes if base_of(s) == parameters.scheme)
    variants = [parse_variant(text) for text in parameters.variant]
    with recorded(home, "compare", CompareResult(), None, run_id()) as run:
        update_splits(home.uri, dataset.name)
        require_trainable(home, dataset)
        scores: dict[str, dict[str, list[float]]] = {}
        with run.step("compare"):
            for variant in variants:
                scores[variant.name] = _scores(home, variant, scheme, parameters)
        first = scores[variants[0].name]
        run.result.scheme = scheme
        run.result.compared = [
            {
                "variant": name,
                "measure": measure,
                "by_seed": [round(value, 4) for value in values[measure]],
                "mean": asdict(mean_of(values[measure])),
                "difference": None
                if values is first
                else asdict(differences(values[measure], first[measure])),
                "majority_accuracy": values["majority_accuracy"][0],
            }
            for name, values in scores.items()
            for measure in MEASURES
        ]
    return run


def _scores(
    home: Store, variant: Variant, scheme: str, parameters: CompareParameters
) -> dict[str, list[float]]:
    """Return each measure on the test part, by seed."""
    given = {
        "cross_validate": bool(parameters.cross_validate),
        **parse_settings(parameters.set),
        **variant.settings,
    }
    by_seed = []
    for seed in range(parameters.seeds):
        config = ladder_config(
            variant.method,
            parameters.preset,
            architecture=variant.model or parameters.model,
            pretrained=local_weights(variant.pretrained or parameters.pretrained),
            **{**given, "seed": seed},
        )
        version = train_model(home.uri, config, scheme, parameters.preset)
        by_seed.append(score_model(home.uri, version))
    measures = (*MEASURES, "majority_accuracy")
    return {measure: [scores[measure] for scores in by_seed] for measure in measures}

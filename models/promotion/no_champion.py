"""Homes without a champion: the reason, advice, and whether to train one."""

from __future__ import annotations

import json

import sql
from catalog.datasets.dataset import ALL_PERIODS
from catalog.enrichment.champions import ChampionState, warn_of_retired
from catalog.storage import duck, tables
from catalog.storage.store import Store
from models.promotion import promote
from models.readiness import explain_missing_parts, reason_not_trainable
from models.versions import registry
from models.versions.registry import CLASSIFIER

_LEARNED_FROM = ("artworks", "images", "splits", "reviews", "models")
_CHOOSE = "or choose one with `artcat models promote`"


def champion_state(home: Store) -> ChampionState:
    """Return the champion, or why there is none."""
    if (champion := registry.champion(home)) is not None:
        return ChampionState(champion)
    models = registry.models_for_vocabulary(home)
    if (retired := warn_of_retired(home)) and not models:
        return ChampionState(no_champion=retired)
    trained = [model for model in models if not model.imported]
    if not models:
        why = reason_not_trainable(home, images=False) or (
            "no model was trained: run `artcat train --evaluate`, or `artcat nightly`"
        )
        return ChampionState(no_champion=why)
    if not trained:
        why = "an imported model is not promoted automatically: `artcat models promote`"
        return ChampionState(no_champion=why)
    refused = [each for each in promote.decide_all(home) if each.role == CLASSIFIER]
    if refused:
        best = refused[0]
        why = (
            f"no evaluated model is good enough on unseen artists; the best of {len(refused)}, "
            f"{best.model_version} ({best.architecture}): "
            f"{best.reason.removeprefix('no champion yet: ')}. "
            f"Add labelled artworks by more artists, {_CHOOSE}"
        )
        return ChampionState(no_champion=why)
    lacking = [
        line for scheme in ALL_PERIODS.schemes for line in explain_missing_parts(home, scheme)
    ]
    why = f"none of {len(models)} models was evaluated on held-out artworks" + (
        f": {'; '.join(lacking)}" if lacking else ": run `artcat evaluate`"
    )
    return ChampionState(None, f"{why}. Add labelled artworks, {_CHOOSE}", len(trained))


def should_train(home: Store) -> bool:
    """Return whether a nightly run trains by itself, as there is no champion.

    It does not if the gate refused all models trained on the same artworks.
    """
    if registry.champion(home) is not None:
        return False
    if not registry.models_for_vocabulary(home):
        return True
    connection = duck.connect(home, ("runs",))
    row = connection.execute(sql.text("runs/last_gate")).fetchone()
    known = json.loads(row[0]) if row else {}
    return any(known.get(name) != tables.version_of(home, name) for name in _LEARNED_FROM)

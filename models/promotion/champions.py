"""Promotion to champion after a test prediction, as a failing champion would end a nightly run."""

from __future__ import annotations

from catalog.storage.store import Store
from models.versions import registry
from models.versions.registry import CLASSIFIER, Promotion, Role
from models.versions.serving import serving_of


def promote(home: Store, model_version: str, reason: str, role: Role = CLASSIFIER) -> bool:
    """Let a model predict made-up artworks, then promote it; False if it is champion already.

    How it is run is chosen now, so that `artcat enrich --plan` knows what it will predict.

    Raises:
        ModelError: if it cannot predict, and as `registry.promote`.
    """
    registry.require_fit_for(home, model_version, role)
    if registry.champion(home, role) != model_version:
        _require_predictions_of(home, model_version)
    done = registry.promote(home, model_version, reason, role)
    serving_of(home, model_version)
    return done


def rollback(home: Store, role: Role = CLASSIFIER, reason: str | None = None) -> Promotion:
    """Promote the champion that a role had before its present one, if it can still predict.

    Raises:
        ModelError: if it cannot predict, and as `registry.rollback`.
    """
    _require_predictions_of(home, registry.champion_before(home, role).model_version)
    promotion = registry.rollback(home, role, reason)
    serving_of(home, promotion.model_version)
    return promotion


def _require_predictions_of(home: Store, model_version: str) -> None:
    from models.versions import dry_run, storage  # noqa: PLC0415 - they need torch

    model = storage.load(home, model_version)
    dry_run.require_predictions(model, f"the model {model_version}")

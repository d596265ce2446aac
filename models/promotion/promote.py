"""Promotion of models to champion: of the best ones by the gate, or by hand.

Where there is a combined classifier, only such ones compete for `classifier`: each contains the
best of the others, and also predicts artworks that those cannot.

Where the artist-disjoint split has no validation artworks, since all are linked, models of the
random split compete, and the reason says so.

With no champion yet the best one that passes the gate by itself takes the role; where none does,
there is none (`champion_state` says why). `embedder` goes by macro-F1 alone, among
the CLIPs.

A former champion is not promoted again automatically: otherwise a rollback would be
undone the next nightly run.
Nor is an imported model: it may have been trained on the validation artworks of this home.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace

import numpy as np

import sql
from catalog.base.errors import ModelError
from catalog.datasets.dataset import ALL_PERIODS
from catalog.enrichment.champions import ChampionState, warn_of_retired
from catalog.storage import duck, tables
from catalog.storage.homes import settings
from catalog.storage.store import Store
from models.metrics import held_out_predictions, scores
from models.metrics.comparison import ScoredPredictions, score
from models.promotion.gate import (
    DECIMALS,
    GateMetrics,
    Verdict,
    check_absolute_requirements,
    compare_with_champion,
)
from models.readiness import cannot_be_split, explain_missing_parts, reason_not_trainable
from models.versions import registry
from models.versions.registry import CLASSIFIER, EMBEDDER, ModelRow, Promotion, Role
from models.versions.serving import serving_of

SCHEME = "artist"
_BESIDE = "random"
"""The scheme used if too few artists leave the artist-disjoint split without a validation part."""
_FLATTERED = "evaluated on the split by image, which is optimistic: there are too few artists; "
_LEARNED_FROM = ("artworks", "images", "splits", "reviews", "models")
_log = logging.getLogger(__name__)
_MAJORITY = """
SELECT
    any_value(value) FILTER (
        part = 'validation'
        AND metric = 'majority_accuracy'
        AND coalesce(evidence, 'all') = 'all'
    )
FROM evaluations WHERE model_version = $model_version
HAVING count(*) > 0
"""


@dataclass(frozen=True)
class Decision:
    """The decision about a challenger of a role."""

    role: Role
    model_version: str
    architecture: str
    champion: str | None
    """The champion compared with; None if the role had none."""
    promoted: bool
    reason: str
    figures: GateMetrics


@dataclass(frozen=True)
class PromotionResult:
    """The champions after the gate, and every decision it took, the best challengers first."""

    champion: str | None
    embedder: str | None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An evaluated model of the artist-disjoint split."""

    model: ModelRow
    predictions: ScoredPredictions
    age: int
    """0 for the model trained last."""


def promote(home: Store, model_version: str, reason: str, role: Role = CLASSIFIER) -> bool:
    """Let a model predict made-up artworks, then promote it; False if it is champion already.

    A failing champion would end a nightly run. How it is run is chosen now, so that `artcat enrich
    --plan` knows what it will predict.

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
    """Promote the champion that a role had before its present one; return the promotion.

    Done twice it returns to the start.

    Raises:
        ModelError: if it cannot predict, the role has had no other champion, or that model is gone.
    """
    before = registry.champion_before(home, role)
    _require_predictions_of(home, before)
    last = registry.promotions(home, role=role)[0].model_version
    why = f"rolled back from {last}" + (f": {reason}" if reason else "")
    registry.promote(home, before, why, role)
    serving_of(home, before)
    return registry.promotions(home, role=role)[0]


def _require_predictions_of(home: Store, model_version: str) -> None:
    from models.versions import dry_run, storage  # noqa: PLC0415 - they need torch

    model = storage.load(home, model_version)
    dry_run.require_predictions(model, f"the model {model_version}")


def promote_best(home: Store) -> PromotionResult:
    """Compare every evaluated model with the champion of each role; promote the best that pass.

    A model that cannot predict is not promoted, whatever its metrics; the reason says so.
    """
    decisions = []
    for decision in decide_all(home):
        carried_out = decision
        if decision.promoted:
            try:
                promote(home, decision.model_version, decision.reason, decision.role)
            except ModelError as error:
                carried_out = replace(decision, promoted=False, reason=str(error))
        decisions.append(carried_out)
        if not carried_out.promoted:
            named = carried_out.model_version, carried_out.role, carried_out.reason
            _log.info("%s is not promoted to %s: %s", *named)
    now = registry.champions(home)
    return PromotionResult(now.get(CLASSIFIER), now.get(EMBEDDER), tuple(decisions))


def decide_all(home: Store) -> tuple[Decision, ...]:
    """Decide as `promote_best` does, and promote nothing."""
    candidates, note = _candidates(home, SCHEME), ""
    if not candidates and cannot_be_split(home, SCHEME):
        candidates, note = _candidates(home, _BESIDE), _FLATTERED
    combined = [c for c in candidates if c.model.kind == "combined"]
    clips = [candidate for candidate in candidates if candidate.model.kind == "clip"]
    return (
        *decide(home, combined or candidates, CLASSIFIER, settings().calibration_bound, note),
        *decide(home, clips, EMBEDDER, None, note),
    )


def decide(
    home: Store, candidates: list[Candidate], role: Role, bound: float | None, note: str = ""
) -> list[Decision]:
    """Decide about the candidates, the best first; at most one is promoted.

    `bound` is that of the calibration error, None where confidence plays no part; every reason
    begins with the note.
    """
    champion = registry.champion(home, role)
    present = next((c for c in candidates if c.model.model_version == champion), None)
    before = {promotion.model_version for promotion in registry.promotions(home, role=role)}
    decisions: list[Decision] = []
    best: Candidate | None = None
    for challenger in candidates:
        model = challenger.model
        if model.model_version in before or model.imported:
            continue
        verdict = _verdict(challenger, champion, present, bound)
        promoted = best is None and verdict.passes
        reason = note + verdict.reason
        if promoted:
            best = challenger
        elif best is not None and verdict.passes:
            reason = f"{reason}; but {best.model.model_version} does better"
        named = role, model.model_version, model.architecture, champion
        decisions.append(Decision(*named, promoted, reason, verdict.figures))
    return decisions


def _verdict(
    challenger: Candidate, champion: str | None, present: Candidate | None, bound: float | None
) -> Verdict:
    if present is not None:
        newer = challenger.age < present.age
        return compare_with_champion(
            challenger.predictions, present.predictions, bound, newer=newer
        )
    absolute = check_absolute_requirements(challenger.predictions, bound)
    if champion is None:
        return replace(absolute, reason=f"no champion yet: {absolute.reason}")
    reason = (
        f"the champion {champion} was not evaluated on the artist-disjoint validation part, so "
        "they cannot be compared: to use it anyway, run `artcat models promote`"
    )
    return replace(absolute, passes=False, reason=reason)


def _candidates(home: Store, scheme: str) -> list[Candidate]:
    """Return the models of a split that were evaluated, the best first."""
    found = []
    for age, model in enumerate(registry.models_for_vocabulary(home)):
        read = _read(home, model) if model.scheme == scheme else None
        if read is not None and len(read.labels):
            found.append(Candidate(model, read, age))
    # Out of fold a model has predicted more artworks than one with a validation part: other works,
    # another difficulty. So they are ranked on those that all have predicted, if there are any.
    predicted = [set(each.predictions.artwork_ids) for each in found]
    common = set.intersection(*predicted) if predicted else set()

    def rank(candidate: Candidate) -> tuple[float, int]:
        known = candidate.predictions
        rows = [row for row, work in enumerate(known.artwork_ids) if work in common]
        chosen = np.array(rows, np.int64) if rows else slice(None)
        macro_f1 = scores.macro_f1(known.labels[chosen], known.guesses[chosen])
        return -round(macro_f1, DECIMALS), candidate.age

    return sorted(found, key=rank)


def _read(home: Store, model: ModelRow) -> ScoredPredictions | None:
    """Read a model's predictions and confidence on validation artworks; None if not evaluated."""
    connection = duck.connect(home, ("evaluations",))
    row = connection.execute(_MAJORITY, {"model_version": model.model_version}).fetchone()
    kept = held_out_predictions.read(home, model.model_version, "validation") if row else None
    if row is None or kept is None:
        return None
    scored = score(kept, corrected=model.prior_corrected, temperature=model.temperature)
    return replace(scored, majority=row[0])


def champion_state(home: Store) -> ChampionState:
    """Return the champion, or why there is none."""
    if (champion := registry.champion(home)) is not None:
        return ChampionState(champion)
    models, retired = registry.models_for_vocabulary(home), warn_of_retired(home)
    if not models:
        why = (
            retired
            or reason_not_trainable(home, images=False)
            or "no model was trained: run `artcat train --evaluate`, or `artcat nightly`"
        )
        return ChampionState(no_champion=why)
    trained = [model for model in models if not model.imported]
    if not trained:
        why = "an imported model is not promoted automatically: `artcat models promote`"
        return ChampionState(no_champion=why)
    choose = "or choose one with `artcat models promote`"
    refused = [each for each in decide_all(home) if each.role == CLASSIFIER]
    if refused:
        best = refused[0]
        why = (
            f"no evaluated model is good enough on unseen artists; the best of {len(refused)}, "
            f"{best.model_version} ({best.architecture}): "
            f"{best.reason.removeprefix('no champion yet: ')}. "
            f"Add labelled artworks by more artists, {choose}"
        )
        return ChampionState(no_champion=why)
    lacking = [
        line for scheme in ALL_PERIODS.schemes for line in explain_missing_parts(home, scheme)
    ]
    what = "; ".join(lacking) or "run `artcat evaluate`"
    why = f"none of {len(models)} models was evaluated on held-out artworks: {what}"
    return ChampionState(None, f"{why}. Add labelled artworks, {choose}", len(trained))


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

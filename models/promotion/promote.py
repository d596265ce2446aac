"""Comparison of evaluated models with the champion of each role, and promotion of the best.

Where there is a combined classifier, only such ones compete for `classifier`: each contains the
best of the others, and also predicts artworks that those cannot.

Where the artist-disjoint split has no validation artworks, since all are linked, models of the
random split compete, and the reason says so.

With no champion yet the best one that passes the gate by itself takes the role; where none does,
there is none (`models.promotion.no_champion` says why). `embedder` goes by macro-F1 alone, among
the CLIPs.

A former champion is not promoted again automatically: otherwise a rollback would be
undone the next nightly run.
Nor is an imported model: it may have been trained on the validation artworks of this home.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from catalog.base.errors import ModelError
from catalog.storage import duck
from catalog.storage.homes import settings
from catalog.storage.store import Store
from models.metrics import held_out_predictions, scores
from models.metrics.comparison import ScoredPredictions, score
from models.promotion import champions
from models.promotion.gate import (
    DECIMALS,
    GateMetrics,
    Verdict,
    check_absolute_requirements,
    compare_with_champion,
)
from models.readiness import cannot_be_split
from models.versions import registry
from models.versions.registry import CLASSIFIER, EMBEDDER, ModelRow, Role

SCHEME = "artist"
_BESIDE = "random"
"""The scheme used if too few artists leave the artist-disjoint split without a validation part."""
_FLATTERED = "evaluated on the split by image, which is optimistic: there are too few artists; "
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

    def rank(self, works: Collection[str]) -> tuple[float, int]:
        """Return a sort key, lowest first: by macro-F1 on some artworks, ties by time of training.

        Args:
            works: artwork_ids that all candidates predicted; none for all of this one.
        """
        rows = [row for row, work in enumerate(self.predictions.artwork_ids) if work in works]
        chosen = np.array(rows, np.int64) if rows else slice(None)
        macro_f1 = scores.macro_f1(
            self.predictions.labels[chosen], self.predictions.guesses[chosen]
        )
        return (-round(macro_f1, DECIMALS), self.age)


def promote_best(home: Store) -> PromotionResult:
    """Compare every evaluated model with the champion of each role; promote the best that pass.

    A model that cannot predict is not promoted, whatever its metrics; the reason says so.
    """
    decisions = tuple(_carry_out(home, decision) for decision in decide_all(home))
    now = registry.champions(home)
    return PromotionResult(now.get(CLASSIFIER), now.get(EMBEDDER), decisions)


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


def _carry_out(home: Store, decision: Decision) -> Decision:
    """Promote as decided; return the decision as carried out."""
    if decision.promoted:
        try:
            champions.promote(home, decision.model_version, decision.reason, decision.role)
        except ModelError as error:
            decision = replace(decision, promoted=False, reason=str(error))
    if not decision.promoted:
        _log.info(
            "%s is not promoted to %s: %s",
            *(decision.model_version, decision.role, decision.reason),
        )
    return decision


def decide(
    home: Store, candidates: list[Candidate], role: Role, bound: float | None, note: str = ""
) -> list[Decision]:
    """Decide about the candidates, the best first; at most one is promoted.

    Args:
        home: for the role's past.
        candidates: the best first.
        role: that they compete for.
        bound: of the calibration error; None where confidence plays no part.
        note: prefix of every reason.
    """
    past = registry.promotions(home, role=role)
    champion = registry.champion(home, role)
    present = next((c for c in candidates if c.model.model_version == champion), None)
    before = {promotion.model_version for promotion in past}
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
        decisions.append(
            Decision(
                role,
                model.model_version,
                model.architecture,
                champion,
                promoted,
                reason,
                verdict.figures,
            )
        )
    return decisions


def _verdict(
    challenger: Candidate, champion: str | None, present: Candidate | None, bound: float | None
) -> Verdict:
    absolute = check_absolute_requirements(challenger.predictions, bound)
    if champion is None:
        return Verdict(absolute.passes, f"no champion yet: {absolute.reason}", absolute.figures)
    if present is None:
        reason = (
            f"the champion {champion} was not evaluated on the artist-disjoint validation part, so "
            "they cannot be compared: to use it anyway, run `artcat models promote`"
        )
        return Verdict(False, reason, absolute.figures)
    newer = challenger.age < present.age
    return compare_with_champion(challenger.predictions, present.predictions, bound, newer=newer)


def _candidates(home: Store, scheme: str) -> list[Candidate]:
    """Return the models of a split that were evaluated, the best first."""
    found = []
    for age, model in enumerate(registry.models_for_vocabulary(home)):
        if model.scheme == scheme:
            read = _read(home, model)
            if read is not None and len(read.labels):
                found.append(Candidate(model, read, age))
    if not found:
        return []
    # Out of fold a model has predicted more artworks than one with a validation part: other works,
    # another difficulty.
    predicted_by_all = set.intersection(*(set(each.predictions.artwork_ids) for each in found))
    return sorted(found, key=lambda candidate: candidate.rank(predicted_by_all))


def _read(home: Store, model: ModelRow) -> ScoredPredictions | None:
    """Read a model's predictions and confidence on validation artworks; None if not evaluated."""
    measured = duck.connect(home, ("evaluations",)).execute(
        _MAJORITY, {"model_version": model.model_version}
    )
    row = measured.fetchone()
    kept = held_out_predictions.read(home, model.model_version, "validation") if row else None
    if row is None or kept is None:
        return None
    scored = score(kept, corrected=model.prior_corrected, temperature=model.temperature)
    return replace(scored, majority=row[0])

"""The model registry: trained models of a home, and the champion of each role."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pyarrow as pa

import sql
from catalog.base.errors import ModelError
from catalog.datasets.dataset import ALL_PERIODS
from catalog.enrichment.champions import TABLES as CHAMPIONS_FROM
from catalog.enrichment.champions import read_champions
from catalog.storage import duck, tables
from catalog.storage.store import Store
from catalog.vocabulary import style_names

Role = Literal["classifier", "embedder"]
CARD, ORIGIN = "card.md", "origin-"
"""A model's card, and the name prefix of files that an imported model came with."""
CLASSIFIER: Role = "classifier"
EMBEDDER: Role = "embedder"
ROLES: tuple[Role, ...] = (CLASSIFIER, EMBEDDER)

FILES = ("weights.safetensors", "model.json")
"""Required files of a model; the last one completes it."""

_VERSION = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelRow:
    """A trained model's row, as needed by runs."""

    model_version: str
    method: str
    """Its method on the leaderboard: cnn, zero-shot, fine-tuned, ..."""
    kind: str
    architecture: str
    scheme: str
    training_key: str
    imported: bool = False
    """Whether it was trained in another home, on unknown artworks."""
    prior_corrected: bool = False
    """Whether it is configured for prior correction."""
    temperature: float = 1.0
    """What it divides its logits by."""
    matches_vocabulary: bool = True
    """Whether its styles are those of the current vocabulary, or of a dataset."""


@dataclass(frozen=True)
class Promotion:
    """The promotion of a model to champion of a role."""

    promoted_at: datetime
    role: str
    model_version: str
    reason: str


def models(home: Store) -> list[ModelRow]:
    """List every trained model, the latest first."""
    rows = duck.connect(home, ("models",)).execute(
        "SELECT model_version, method, kind, architecture, scheme, training_key, "
        "imported_at IS NOT NULL, coalesce((config ->> '$.prior_correction')::BOOLEAN, false), "
        "coalesce(temperature, 1.0), styles "
        "FROM models ORDER BY created_at DESC, model_version"
    )
    wanted, found = set(style_names()), []
    for row in rows.fetchall():
        learned, of_all_periods = set(row[-1] or wanted), row[4] in ALL_PERIODS.schemes
        matches = learned == wanted or (learned < wanted and not of_all_periods)
        found.append(ModelRow(*(*row[:-1], matches)))
    return found


def models_for_vocabulary(home: Store) -> list[ModelRow]:
    """List the trained models of the current vocabulary, the latest first."""
    return [model for model in models(home) if model.matches_vocabulary]


def find(home: Store, model_version: str) -> ModelRow:
    """Find a trained model's row.

    Raises:
        ModelError: if there is none.
    """
    for row in models(home):
        if row.model_version == model_version:
            return row
    raise ModelError(f"{home.uri} has no model {model_version}")


def row_of(home: Store, model_version: str) -> dict[str, Any] | None:
    """Return a model's whole row, None if it is unknown."""
    rows = duck.rows(
        duck.connect(home, ("models",)),
        "SELECT * FROM models WHERE model_version = $model_version",
        {"model_version": model_version},
    )
    return rows[0] if rows else None


def accepted_by_catalog(home: Store, model_version: str) -> dict[str, tuple[int, int]]:
    """Read how many held-out artworks of each catalog a model would accept, and the right ones.

    For an imported model nothing is known: it was evaluated on another home's catalogs.
    """
    row = row_of(home, model_version) or {}
    if row.get("imported_at") is not None:
        return {}
    try:
        content = json.loads(home.read(f"{folder_key(model_version)}/{FILES[-1]}"))
        accepted = content["record"].get("accepted", {}).items()
        return {str(name): (int(shown), int(right)) for name, (shown, right) in accepted}
    except FileNotFoundError:
        return {}  # a nightly run that predicts nothing needs no model
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ModelError(unusable(home, model_version, f"its {FILES[-1]} is damaged")) from error


def unusable(home: Store, model_version: str, why: str) -> str:
    """Return one line that a model of a home cannot be used, with advice."""
    return (
        f"the model {model_version} of {home.uri} cannot be used: {why}; import its file again by "
        "`artcat models import`, or choose another champion with `artcat models rollback` or "
        "`artcat models promote`"
    )


def resolve(home: Store, given: str) -> ModelRow:
    """Find the one model whose version begins as given.

    Raises:
        ModelError: if none does, or more than one.
    """
    found = [row for row in models(home) if given and row.model_version.startswith(given)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ModelError(
            f"{home.uri} has no model {given[:64]!r}: `artcat models list` shows those it has"
        )
    versions = ", ".join(row.model_version for row in found)
    raise ModelError(f"{given!r} matches {versions}: give more digits")


def champion(home: Store, role: Role = CLASSIFIER) -> str | None:
    """Return the model_version promoted last to a role, None if none was."""
    return champions(home).get(role)


def champions(home: Store) -> dict[str, str]:
    """Return the model_version promoted last to each role that has one."""
    rows = read_champions(duck.connect(home, CHAMPIONS_FROM))
    return {row["role"]: row["model_version"] for row in rows}


def promotions(
    home: Store, *, role: Role | None = None, model_version: str | None = None
) -> list[Promotion]:
    """List the promotions to a role, or of a model, or all: the latest first."""
    wanted: dict[str, Any] = {"role": role, "model_version": model_version}
    rows = duck.arrow(duck.connect(home, ("promotions",)), sql.text("promotions/history"), wanted)
    return [Promotion(**row) for row in rows.to_pylist()]


def promote(home: Store, model_version: str, reason: str, role: Role = CLASSIFIER) -> bool:
    """Make a model the champion of a role; False if it is already.

    One merge adds one row, and no row is ever changed. A promotion is dated after all that it
    could see, so that a clock that runs behind does not undo it; of two at the same moment
    both are kept, and every reader considers the same one the later.

    Raises:
        ModelError: if the home has no such model or lacks its files, or if it cannot take the role.
    """
    require_fit_for(home, model_version, role)
    past = promotions(home, role=role)
    if champion(home, role) == model_version:
        return False
    now = datetime.now(UTC)
    if past:
        now = max(now, past[0].promoted_at + timedelta(microseconds=1))
    row = vars(Promotion(now, role, model_version, reason))
    tables.merge(home, "promotions", [row])
    _log.info("%s is now the %s: %s", model_version, role, reason)
    return True


def champion_before(home: Store, role: Role = CLASSIFIER) -> str:
    """Return the model_version of the champion that a role had before its present one.

    Raises:
        ModelError: if it has had no other.
    """
    known = models_for_vocabulary(home) if role == CLASSIFIER else models(home)
    now = champion(home, role)
    usable = {model.model_version for model in known} - {now}
    for promotion in promotions(home, role=role):
        if promotion.model_version in usable:
            return promotion.model_version
    had = f"only ever had {now}" if now else "has no champion"
    raise ModelError(f"nothing to roll back to: the role {role} {had}")


def folder_key(model_version: str) -> str:
    """Return the key of a model's folder in a home.

    Raises:
        ModelError: for an invalid model_version, which could lead elsewhere.
    """
    if not _VERSION.fullmatch(model_version):
        raise ModelError(f"{model_version[:64]!r} is not a model version: 16 digits of 0-9 and a-f")
    return f"models/{model_version}"


def overview(home: Store) -> list[dict[str, Any]]:
    """List every model with its roles and validation metrics, the latest first."""
    connection = duck.connect(home, ("models", "promotions", "evaluations"))
    schema = pa.schema({"role": pa.string(), "model_version": pa.string()})
    connection.register("champions", pa.Table.from_pylist(read_champions(connection), schema))
    return duck.rows(connection, sql.text("models/overview"))


def require_fit_for(home: Store, model_version: str, role: Role) -> None:
    """Raise ModelError unless the home has the model with its files, and it can take the role."""
    if role not in ROLES:
        raise ModelError(f"unknown role '{role}': choose {' or '.join(ROLES)}")
    model = find(home, model_version)
    if role == CLASSIFIER and not model.matches_vocabulary:
        raise ModelError(
            f"{model.model_version} was trained for another vocabulary: train a model for the "
            f"{len(style_names())} styles of the present one, or set ARTCAT_VOCABULARY to the other"
        )
    if role == EMBEDDER and model.kind != "clip":
        raise ModelError(
            f"{model.model_version} is not a CLIP but {model.architecture}: only a CLIP can be the "
            "embedder, since search compares images with words"
        )
    for name in FILES:
        key = f"{folder_key(model.model_version)}/{name}"
        if not home.exists(key):
            raise ModelError(f"{home.uri_of(key)} is missing: import the model again, or another")


def figures_of(home: Store, model_version: str) -> list[dict[str, Any]]:
    """Return a model's overall metrics, of the configured variant.

    One dict per scheme and part: a measure is its value, and under `{measure}_interval` lower and
    upper end where they are known.
    """
    measured = duck.rows(
        duck.connect(home, ("models", "evaluations")),
        sql.text("models/evaluations"),
        {"model_version": model_version},
    )
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in measured:
        names = {name: row[name] for name in ("scheme", "part")}
        part = found.setdefault(tuple(names.values()), names | {"works": None})
        if row["metric"] == "accuracy":
            part["works"] = row["support"]
        part[row["metric"]] = row["value"]
        if row["lower"] is not None and row["upper"] is not None:
            part[f"{row['metric']}_interval"] = [row["lower"], row["upper"]]
    return list(found.values())

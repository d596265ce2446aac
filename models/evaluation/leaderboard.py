"""The leaderboard of models, comparisons with the champion, and the keys of the pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sql
from catalog.storage import duck
from catalog.storage.store import Store
from models.evidence.patterns import ALL
from models.metrics import held_out_predictions
from models.versions import registry

REPORT = "reports/evaluation.html"
"""Key of the evaluation report."""
LOSS_CURVES = "loss-curves.png"
"""Name of the picture of a model's losses."""

_SAME = ("model_version", "scheme", "part", "prior_correction")


def key_of_picture(scheme: str, method: str, model_version: str, name: str) -> str:
    """Return the key of a picture of a model."""
    return f"reports/{scheme}/{method}-{model_version}/{name}"


def picture_of(home: Store, row: Mapping[str, Any] | None, name: str) -> bytes | None:
    """Read a picture of the model of a row, None if there is none."""
    if row is None:
        return None
    try:
        return home.read(key_of_picture(row["scheme"], row["method"], row["model_version"], name))
    except FileNotFoundError:
        return None


def reliability_name(part: str, pattern: str) -> str:
    """Name the picture of the reliability with the evidence of one pattern."""
    return f"reliability-{part}-{re.sub('[^a-z]+', '-', pattern)}.png"


def leaderboard(home: Store) -> list[dict[str, Any]]:
    """Return a row per model, part of its split and variant, the best of each part first.

    The parts of a split are ordered by their held-out artworks (`is_unbiased`), the largest first.
    `configured` marks the variant, with or without prior correction, that the model predicts with.
    `measures` holds every overall measure by name, as value, lower, upper and support;
    `by_evidence` the rows of a combined classifier that was given a part of its evidence only.
    """
    connection = duck.connect(home, ("evaluations", "models"))
    rows = duck.rows(connection, sql.text("evaluations/leaderboard"))
    for row in rows:
        row["measures"] = {each.pop("metric"): each for each in row["measures"]}
    fit = {model.model_version for model in registry.models_for_vocabulary(home)}
    rows = [row for row in rows if row["model_version"] in fit]
    main = [row for row in rows if row["evidence"] == ALL]
    for row in main:
        row["by_evidence"] = [
            other
            for other in rows
            if other["evidence"] != ALL and all(other[name] == row[name] for name in _SAME)
        ]
    return main


def is_unbiased(row: Mapping[str, Any]) -> bool:
    """Return whether a row measures artworks not used for training or model selection."""
    return row["part"] == "test" or bool(row["out_of_fold"])


def leading_row(
    rows: Sequence[Mapping[str, Any]], model_version: str | None
) -> Mapping[str, Any] | None:
    """Return a model's row, as configured, on its largest held-out part; None if it has none."""
    own = [
        row
        for row in rows
        if row["model_version"] == model_version and row["configured"] and is_unbiased(row)
    ]
    return max(own, key=lambda row: (row["works"] or 0, row["part"] == "test"), default=None)


def against_champion(home: Store, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Compare the champion with each other model on the artworks that both predicted.

    Models are compared as they are configured, on both parts of the champion's split.

    Returns:
        One row per part and model: artworks that only the champion or only the other gets right,
        the exact p of McNemar's test, and by how much the champion's macro-F1 is higher, with the
        95 % interval of a paired bootstrap over artists.
    """
    champion = registry.champion(home)
    configured = [row for row in rows if row["configured"]]
    return [
        found
        for mine in configured
        for other in configured
        if mine["model_version"] == champion != other["model_version"]
        and (other["scheme"], other["part"]) == (mine["scheme"], mine["part"])
        and (found := _compared(home, mine, other)) is not None
    ]


def _compared(
    home: Store, champion: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Compare two models; None if a file is missing, or their styles differ."""
    from models.metrics.comparison import compare, score  # noqa: PLC0415 - SciPy, which few commands need

    first, second = (
        held_out_predictions.read(home, row["model_version"], row["part"])
        for row in (champion, other)
    )
    if first is None or second is None or first.styles != second.styles:
        return None
    compared = compare(
        score(first, corrected=champion["prior_correction"]),
        score(second, corrected=other["prior_correction"]),
    )
    better = compared.difference
    ends = {"": better.value, "_lower": better.lower, "_upper": better.upper}
    return {
        **{name: champion[name] for name in ("scheme", "part")},
        "champion": champion["model_version"],
        "other": other["model_version"],
        **{name: other[name] for name in ("method", "architecture")},
        "works": compared.works,
        "only_champion_right": compared.only_first,
        "only_other_right": compared.only_second,
        "p_value": compared.p_value,
        **{
            f"macro_f1_difference{name}": None if math.isnan(value) else round(value, 6)
            for name, value in ends.items()
        },
    }

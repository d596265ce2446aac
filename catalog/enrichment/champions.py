"""The champion of each role among the models that were trained for this vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sql
from catalog.base.wording import listed
from catalog.storage import duck
from catalog.storage.store import Store
from catalog.vocabulary import style_names

TABLES = ("models", "promotions")
"""Tables that the connection of `read_champions` must have."""
CLASSIFIER = "classifier"


@dataclass
class ChampionState:
    """The champion, or why there is none."""

    champion: str | None = None
    no_champion: str | None = None
    """Why the home predicts nothing."""
    unused_models: int = 0
    """Models that could not be assessed: neither refused by the gate nor imported."""


def read_champions(connection: duck.DuckDB) -> list[dict[str, Any]]:
    """Read `role`, `model_version`, `reason` and `promoted_at` of each role's champion."""
    given: dict[str, object] = {"styles": list(style_names())}
    return duck.rows(connection, sql.text("promotions/champions"), given)


def warn_of_retired(home: Store) -> str | None:
    """Warn if the classifier promoted last was trained for another vocabulary; None if not.

    The text names the styles that differ, the model that predicts instead, and what to do.
    """
    connection = duck.connect(home, TABLES)
    last = connection.execute(
        "SELECT model_version, models.styles "
        "FROM promotions INNER JOIN models USING (model_version) "
        "WHERE role = $role ORDER BY promoted_at DESC, model_version DESC LIMIT 1",
        {"role": CLASSIFIER},
    ).fetchone()
    now = {row["role"]: row["model_version"] for row in read_champions(connection)}.get(CLASSIFIER)
    if last is None or last[0] == now:
        return None
    learned, wanted = set(last[1]), set(style_names())
    differ = [
        f"{what} {listed(sorted(names))}"
        for what, names in (("it lacks", wanted - learned), ("it also predicts", learned - wanted))
        if names
    ]
    instead = f"{now} predicts instead" if now else "nothing is predicted until a model is trained"
    return (
        f"the champion {last[0]} was trained for another vocabulary ({'; '.join(differ)}): "
        f"{instead}; run `artcat train --evaluate`, or set ARTCAT_VOCABULARY back"
    )

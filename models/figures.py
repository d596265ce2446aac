"""What was measured of a model, as one row for each part of its split."""

from __future__ import annotations

from typing import Any


def parts(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Measures of all styles together as one dict per scheme and part.

    A measure is its value, and under `{measure}_interval` lower and upper end where they are known.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in measured:
        part = found.setdefault(
            (row["scheme"], row["part"]),
            {"scheme": row["scheme"], "part": row["part"], "works": None},
        )
        if row["metric"] == "accuracy":
            part["works"] = row["support"]
        part[row["metric"]] = row["value"]
        if row.get("lower") is not None and row.get("upper") is not None:
            part[f"{row['metric']}_interval"] = [row["lower"], row["upper"]]
    return list(found.values())

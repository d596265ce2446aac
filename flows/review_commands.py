"""What each command of `artcat review` does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from catalog.parameters import HomeParameters
from flows import output, preflight
from flows.commands import Json

_Home = Annotated[HomeParameters | None, Parameter(name="*")]


def review_import(
    file: Annotated[Path, Parameter(help="CSV: artwork_id, reviewer, decided_at, decision, ...")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Take in what people decided about styles; their works say so at once."""
    from models.enrichment.reviewing import review_from_file  # noqa: PLC0415

    home = preflight.check_changeable((parameters or HomeParameters()).home)
    done = review_from_file(home, file)
    if json:
        output.say_json(done)
        return
    for line in _lines(done):
        output.say(line)


def _lines(done: dict[str, Any]) -> list[str]:
    """What was imported, and who differs from whom."""
    decisions = ", ".join(f"{count} {name}" for name, count in done["decisions"].items())
    known = done["rows"] - done["new"]
    lines = [
        f"{done['rows']} decisions on {done['works']} works ({decisions or 'none'}): "
        f"{done['new']} new, {known} known already; {done['enriched_changed']} works changed"
    ]
    for conflict in done["conflicts"]:
        counts, *others = (
            f"{each['reviewer']} {each['verdict']}" for each in conflict["decisions"]
        )
        lines.append(
            f"reviewers differ on {conflict['artwork_id']}: {counts} (latest, counts); "
            f"{'; '.join(others)}"
        )
    return lines

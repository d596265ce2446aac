"""Output of a night: at most ten lines, preceded by the models if it trained some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.enrichment.counts import Counts
from catalog.ingestion.checks import CheckResult, by_outcome
from flows.cli import output

LINES = 10
_BESIDE = ("preset", "rows", "try")
_AFTER_TRAINING = ("fallbacks", "leaderboard", "gate")
_DONE = {
    "images_read": "images read",
    "forward_passes": "images embedded",
    "predictions": "artworks predicted",
    "described": "descriptions written",
}


def show_night(
    command: str, result: Mapping[str, Any], home: str | None, *, as_json: bool = False
) -> None:
    """Print the result of a night: changes, open decisions, problems, reports."""
    if as_json:
        output.say_json(result)
        return
    parts = (*_BESIDE, *(_AFTER_TRAINING if result.get("trained") else ()))
    output.show(command, {name: result[name] for name in parts if name in result}, as_json=False)
    for line in night_lines(command, result, home):
        output.say(line)


def night_lines(command: str, result: Mapping[str, Any], home: str | None) -> list[str]:
    """Return the last lines of a night's output, at most `LINES`."""
    seconds = sum(result["seconds"].values())
    first = [
        f"{command}: run {result['run_id']} completed in {seconds:.1f} s",
        f"read:       {_rows(result)}",
        f"changed:    {_changed(result)}",
    ]
    champion = result.get("champion")
    if result.get("trained"):
        first.append(f"trained:    {len(result['trained'])} models; champion {champion or 'none'}")
    first.append(f"for people: {_waiting(result, _option(home))}")
    pages = (*(("report",) if result.get("trained") else ()), "page", "collection")
    last = [f"look at:    {result[name]}" for name in pages if result.get(name)]
    wrong = list(_wrong(result))
    room = LINES - len(first) - len(last)
    if len(wrong) > room:
        more = f"{len(wrong) - room + 1} more: artcat runs show {result['run_id']}{_option(home)}"
        wrong = [*wrong[: room - 1], more]
    return [*first, *(f"wrong:      {line}" for line in wrong or ["nothing"]), *last]


def _option(home: str | None) -> str:
    return f" --home {home}" if home else ""


def _rows(result: Mapping[str, Any]) -> str:
    names = {"artworks": "artworks", "quarantined": "quarantined", "duplicates": "duplicates"}
    counted = [f"{result[name]:,} {word}" for name, word in names.items() if result.get(name)]
    images = result.get("images", {})
    if images:
        counted.append(f"{images.get('ok', 0):,} of {sum(images.values()):,} images usable")
    return f"{result.get('rows_read', 0):,} rows: {', '.join(counted)}"


def _changed(result: Mapping[str, Any]) -> str:
    counts = result.get("changes", {})
    changes = [f"{count:,} {kind}" for kind, count in counts.items() if count]
    done = [f"{result[name]:,} {word}" for name, word in _DONE.items() if result.get(name)]
    return "; ".join(filter(None, (", ".join(changes), ", ".join(done)))) or "nothing"


def _waiting(result: Mapping[str, Any], option: str) -> str:
    counts = Counts(**result.get("state", {}))
    if not counts.need_decision:
        return "nothing needs a decision"
    return f"{counts.decisions_in_words()}: artcat review build{option}"


def _wrong(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield problems for a person to check, the worst first."""
    yield from result.get("warnings", ())
    if why := result.get("no_champion"):
        yield f"nothing is predicted, since there is no champion: {why}"
    if (why := result.get("missing")) and why != result.get("no_champion"):
        yield f"missing: {why}"
    found = by_outcome(result.get("checks", []))
    for check in (*found["failed"], *found["warned"]):
        yield CheckResult(**check).message

"""Output of the commands of `artcat runs`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flows.cli.output import checks_lines, say, say_json

_ID = 13
"""Characters of an id in the list."""


def show_list(runs: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print one line per run."""
    if as_json:
        say_json({"runs": list(runs)})
        return
    if not runs:
        say("no matching runs")
        return
    say(f"{'run':{_ID}} {'started':16} {'seconds':>7} {'flow':9} {'catalog':12} status")
    for run in runs:
        summary = run["error"] or _counted(run["changes"])
        line = (
            f"{run['run_id'][:_ID]:{_ID}} {run['started_at']:%Y-%m-%d %H:%M} "
            f"{_seconds(run['seconds']):>7} {run['flow']:9} {run['catalog'] or '':12} "
            f"{run['status']}"
        )
        say(f"{line}  {_one_line(summary)}".rstrip())


def show_run(found: dict[str, Any], *, as_json: bool) -> None:
    """Print everything recorded of one run."""
    if as_json:
        say_json(found)
        return
    run, changes = found["run"], found["changes"]
    say(f"run {run['run_id']}")
    _lines(
        [
            f"{run['flow']} {run['catalog'] or ''} {run['status']}".replace("  ", " "),
            f"{run['started_at']:%Y-%m-%d %H:%M:%S} to {_ended(run['ended_at'])}",
        ]
    )
    if run["error"]:
        _section("error", [_one_line(run["error"])])
    _section("seconds", (f"{step} {spent:.1f}" for step, spent in found["seconds"].items()))
    _section("counts", (f"{n}: {v}" for n, v in found["counts"].items() if _is_short(v)))
    if found["checks"]:
        _section("checks", checks_lines(found["checks"]))
    _section("table versions", _versions(found["versions_before"], found["versions_after"]))
    if not changes["counts"]:
        say("no artwork changed")
        return
    differ = changes["disagreeing"]
    say(f"what changed: {_counted(changes['counts'])}; label and model differ in {differ:,}")
    _section("reasons", (f"{row['works']:6} {row['reason']}" for row in changes["reasons"]))
    _section(
        "styles",
        (
            f"{row['works']:6} {row['style_before'] or 'none'} -> {row['style_after'] or 'none'}"
            for row in changes["styles"]
        ),
    )
    _section("first works", map(_work, changes["examples"]))


def _section(title: str, lines: Iterable[str]) -> None:
    shown = list(lines)
    if shown:
        say(title)
        _lines(shown)


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        say(f"  {line}")


def _versions(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Return the table versions; for a table that the run wrote, before and after."""
    return [
        f"{name} {version}" if before.get(name) == version else f"{name} {was} -> {version}"
        for name, version in after.items()
        for was in (before.get(name, "none"),)
    ]


def _work(row: dict[str, Any]) -> str:
    named = ", ".join(filter(None, (row["artist"], row["title"])))
    return f"{row['kind']:8} {row['artwork_id']} ({'; '.join(row['reasons'])}): {_one_line(named)}"


def _seconds(spent: float | None) -> str:
    """Return the seconds; unknown for a run that was killed or has not ended."""
    return "" if spent is None else f"{spent:.0f}"


def _ended(at: datetime | None) -> str:
    return "no known end" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items())


def _is_short(value: object) -> bool:
    """Return whether a count fits on a line; the JSON has all of them."""
    return value != {} and not isinstance(value, list)


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""Output of the commands of `artcat runs`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from catalog.base.wording import one_line
from flows.cli.output import checks_lines, counts_in_words, say, say_json, say_section

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
        summary = run["error"] or counts_in_words(run["changes"])
        line = (
            f"{run['run_id'][:_ID]:{_ID}} {run['started_at']:%Y-%m-%d %H:%M} "
            f"{_seconds(run['seconds']):>7} {run['flow']:9} {run['catalog'] or '':12} "
            f"{run['status']}"
        )
        say(f"{line}  {one_line(summary)}".rstrip())


def show_run(found: dict[str, Any], *, as_json: bool) -> None:
    """Print everything recorded of one run."""
    if as_json:
        say_json(found)
        return
    run, changes = found["run"], found["changes"]
    what = " ".join(filter(None, (run["flow"], run["catalog"], run["status"])))
    when = f"{run['started_at']:%Y-%m-%d %H:%M:%S} to {_ended(run['ended_at'])}"
    say_section(f"run {run['run_id']}", [what, when])
    if run["error"]:
        say_section("error", [one_line(run["error"])])
    say_section("seconds", (f"{step} {spent:.1f}" for step, spent in found["seconds"].items()))
    say_section("counts", (f"{n}: {v}" for n, v in found["counts"].items() if _is_short(v)))
    say_section("checks", checks_lines(found["checks"]))
    say_section("table versions", _versions(found["versions_before"], found["versions_after"]))
    if not changes["counts"]:
        say("no artwork changed")
        return
    differ = changes["disagreeing"]
    changed = counts_in_words(changes["counts"])
    say(f"changes: {changed}; label and prediction differ for {differ:,}")
    say_section("reasons", (f"{row['works']:6} {row['reason']}" for row in changes["reasons"]))
    say_section(
        "styles",
        (
            f"{row['works']:6} {row['style_before'] or 'none'} -> {row['style_after'] or 'none'}"
            for row in changes["styles"]
        ),
    )
    say_section("examples", map(_work, changes["examples"]))


def _versions(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Return the table versions; for a table that the run wrote, before and after."""
    return [
        f"{name} {version}" if before.get(name) == version else f"{name} {was} -> {version}"
        for name, version in after.items()
        for was in (before.get(name, "none"),)
    ]


def _work(row: dict[str, Any]) -> str:
    named = ", ".join(filter(None, (row["artist"], row["title"])))
    return f"{row['kind']:8} {row['artwork_id']} ({'; '.join(row['reasons'])}): {one_line(named)}"


def _seconds(spent: float | None) -> str:
    """Return the seconds; unknown for a run that was killed or has not ended."""
    return "" if spent is None else f"{spent:.0f}"


def _ended(at: datetime | None) -> str:
    return "end not recorded" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def _is_short(value: object) -> bool:
    """Return whether a count fits on a line; the JSON has all of them."""
    return value != {} and not isinstance(value, list)

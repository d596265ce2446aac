"""The Markdown page of a run's changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.enrichment.counts import Counts
from catalog.enrichment.work_changes import ChampionChange, ChangeReport

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~!&])")
_KINDS = ("new", "changed", "removed", "returned")
_NONE = "none"


def page(
    run_id: str,
    catalog: str | None,
    report: ChangeReport,
    champion: ChampionChange,
    counts: Counts,
    acceptance: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the page, in which text from catalogs is escaped."""
    changed = sum(report.counts.values())
    parts = [
        f"# What changed{f' in {_plain(catalog)}' if catalog else ''}",
        f"Run `{run_id}`. {_champion_line(champion)}",
        f"{counts.in_words()}.",
    ]
    if acceptance:
        names = ("catalog", "state", "reason", "next")
        states = ([row[name] for name in names] for row in acceptance)
        parts.append(_table(("catalog", "acceptance", "why", "next"), states))
    if not changed:
        return "\n\n".join([*parts, "No artwork has changed."]) + "\n"
    parts += [
        _table(("works", ""), ((report.counts.get(kind, 0), kind) for kind in _KINDS)),
        f"In {report.disagreeing:,} of them label and prediction differ.",
        "## Why",
        _table(("works", "reason"), ((row["works"], row["reason"]) for row in report.reasons)),
    ]
    if report.styles:
        styles = ((row["works"], row["style_before"], row["style_after"]) for row in report.styles)
        parts += ["## Styles", _table(("works", "before", "after"), styles)]
    shown = len(report.examples)
    parts += [
        f"## {'The works' if shown == changed else f'{shown} of {changed:,} works'}",
        _table(("work", "artist, title", "", "style", "reasons"), map(_example, report.examples)),
    ]
    return "\n\n".join(parts) + "\n"


def _champion_line(champion: ChampionChange) -> str:
    if champion.model_version is None:
        return "There is no champion."
    line = f"Model `{champion.model_version}`"
    if champion.before == champion.model_version:
        return f"{line}, as before."
    was = f" instead of `{champion.before}`" if champion.before else ""
    return f"{line} is new{was}: {_plain(champion.reason or 'no reason given')}."


def _example(work: dict[str, Any]) -> Sequence[object]:
    before, after = work["style_before"] or _NONE, work["style_after"] or _NONE
    style = after if before == after or work["kind"] == "new" else f"{before} -> {after}"
    if work["disagrees"]:
        style += " (the model disagrees)"
    named = ", ".join(filter(None, (work["artist"], work["title"])))
    return work["artwork_id"], named, work["kind"], style, "; ".join(work["reasons"])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else _plain(_NONE if value is None else value)


def _plain(value: object) -> str:
    """Escape a text for Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))

"""Report of a study: the best trials as a table, and plots below `reports/tuning/`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from catalog.storage.store import Store
from models.tuning import plots as tuning_plots
from models.tuning.search import completed
from models.tuning.trials import TrialRow, read

SHOWN = 5
"""Best trials in the table."""


@dataclass(frozen=True)
class Report:
    """The report of a study."""

    lines: list[str]
    """A summary and the best trials, for a terminal."""
    markdown: str
    pictures: list[str]
    """Keys of the plots."""


def write(home: Store, study: str) -> Report:
    """Draw a study's plots into the home and describe its best trials."""
    rows = read(home, study)
    pictures = []
    for name, png in tuning_plots.draw(study, rows).items():
        key = f"reports/tuning/{study}/{name}.png"
        home.write(key, png)
        pictures.append(home.uri_of(key))
    best = completed(rows)[:SHOWN]
    lines = [f"study {study}, {_summary(rows)}", *map(_line, best)]
    return Report(lines, _markdown(study, rows, best), pictures)


def _summary(rows: list[TrialRow]) -> str:
    states = Counter(row.state for row in rows)
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{len(rows)} trials: {counts}; {sum(row.seconds for row in rows):.0f} s of training"


def _line(row: TrialRow) -> str:
    params = ", ".join(f"{name} {_short(value)}" for name, value in row.params.items())
    return f"trial {row.number:<3} macro-F1 {row.value:.3f}  {row.seconds:6.0f} s  {params}"


def _markdown(study: str, rows: list[TrialRow], best: list[TrialRow]) -> str:
    lines = [f"# {study}", "", f"{_summary(rows)}.", ""]
    if best:
        names = list(best[0].params)
        head = ["trial", "macro-F1", "epochs", "seconds", *names]
        lines += [_cells(head), _cells(["---"] * len(head))]
    for row in best:
        values = [_short(row.params.get(name)) for name in names]
        lines.append(_cells([row.number, f"{row.value:.3f}", row.epochs, row.seconds, *values]))
    failed = [row for row in rows if row.state == "failed"]
    lines += ["", *(f"- trial {row.number} failed: {row.message}" for row in failed)]
    return "\n".join(lines)


def _cells(values: list[Any]) -> str:
    return f"| {' | '.join(str(value) for value in values)} |"


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)

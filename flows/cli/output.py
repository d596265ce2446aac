"""What all commands share: common options, and output as lines or as one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter

from catalog.ingestion.checks import CheckResult, by_outcome
from catalog.sources.parameters import HomeParameters

Home = Annotated[str | None, Parameter(help=HomeParameters.model_fields["home"].description)]
Json = Annotated[bool, Parameter(help="Print one JSON object as the last line of standard output.")]
AllowFiles = Annotated[
    bool,
    Parameter(negative="", help="Let SQL read files of this machine, not only those of the home."),
]


def show(value: object, lines: Iterable[str], *, as_json: bool) -> None:
    """Print a result: the value as one JSON object, or lines for people."""
    if as_json:
        lines = [json.dumps(value, default=_plain)]
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a title and lines below it, nothing if there are none."""
    for number, line in enumerate(lines):
        if not number:
            yield title
        yield f"  {line}"


def lines_of(values: Mapping[str, object]) -> list[str]:
    """Return a line for each value, with its name."""
    return [f"{name}: {value}" for name, value in values.items()]


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return the counts that are not 0, with their names: `3 new, 1,200 changed`."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def named_work(work: Mapping[str, Any]) -> str:
    """Return an artist and a title, as far as they are known."""
    return ", ".join(filter(None, (work["artist"], work["title"])))


def checks_lines(checks: Sequence[dict[str, Any]]) -> list[str]:
    """Return the results of data checks in a run, first how many passed."""
    return outcome_lines(by_outcome(checks)) if checks else []


def outcome_lines(found: dict[str, Any]) -> list[str]:
    """Return a headline of what `by_outcome` returns, then what failed and what warns."""
    failed = f", {len(found['failed'])} failed" if found["failed"] else ""
    return [
        f"{found['passed']} passed, {len(found['warned'])} warned{failed}",
        *(
            f"{result['outcome']}: {CheckResult(**result).message}"
            for result in (*found["failed"], *found["warned"])
        ),
    ]

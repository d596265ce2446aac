"""Output of commands: text for people, or one JSON object for machines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog.enrichment.counts import Counts
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.ingestion.checks import CheckResult, by_outcome
from models.evidence.patterns import in_words

if TYPE_CHECKING:
    from models.enrichment.classify import Classified


def say(line: str) -> None:
    """Print a line on standard output."""
    sys.stdout.write(f"{line}\n")


def say_json(value: object) -> None:
    """Print a JSON value as a line on standard output."""
    say(json.dumps(value, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def say_section(title: str, lines: Iterable[str]) -> None:
    """Print a title and lines below it, nothing if there are none."""
    for number, line in enumerate(lines):
        if not number:
            say(title)
        say(f"  {line}")


def lines_of(values: Mapping[str, object]) -> list[str]:
    """Return a line for each value, with its name."""
    return [f"{name}: {value}" for name, value in values.items()]


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return the counts that are not 0, with their names: `3 new, 1,200 changed`."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def show_plan(plan: dict[str, Any], *, as_json: bool) -> None:
    """Print what the next enrichment has to do."""
    if as_json:
        say_json(plan)
        return
    say_section("images to embed", lines_of(plan["to_embed"]))
    say_section("artworks to predict", lines_of(plan["to_predict"]))
    say_section("descriptions to write", [f"descriptions: {plan['to_describe']['works']}"])


def show_status(found: dict[str, Any], *, as_json: bool) -> None:
    """Print what a home holds."""
    if as_json:
        say_json(found)
        return
    for warning in found["warnings"]:
        say(f"warning: {warning}")
    say_section("tables", lines_of(found["tables"]))
    say_section(
        "catalogs",
        (f"{name}: {Counts(**each).in_words()}" for name, each in found["catalogs"].items()),
    )
    say_section(
        "acceptance: catalogs in which confident predictions are accepted",
        acceptance_lines(found["acceptance"]),
    )
    near = found["near_duplicates"]
    say_section("near-duplicates", [f"groups: {near['groups']}", f"artworks: {near['works']}"])
    say_section("models", lines_of(found["models"]))
    say_section("runs", found["runs"])
    say_section("checks", _checks_by_catalog(found["checks"]))


def leaderboard_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return a table of the models, as configured, for each part of a split."""
    shown = [row for row in rows if row["configured"]]
    lines = []
    for part, scheme in dict.fromkeys((row["part"], row["scheme"]) for row in shown):
        lines.append(_LEADERBOARD_HEAD.format(f"{part} part, {_SCHEMES.get(scheme, scheme)}"))
        for row in shown:
            if (row["part"], row["scheme"]) == (part, scheme):
                lines.append(_leaderboard_line(row, f"{row['method']} {row['architecture']}"))
                lines += [
                    _leaderboard_line(each, f"  given {in_words(each['evidence'])}")
                    for each in row["by_evidence"]
                ]
    return lines


_SCHEMES = {"artist": "artist-disjoint", "random": "random by image"}
_LEADERBOARD_HEAD = (
    f"{{:36}} {'artworks':>8} {'accuracy [95 %]':>17} {'majority':>8} {'macro-F1 [95 %]':>17} "
    f"{'top-3':>5} {'ECE':>5} {'accepted':>8} {'right':>5}"
)


def _leaderboard_line(row: dict[str, Any], name: str) -> str:
    return (
        f"{f'  {name}'[:38]:38} {row['works']:6,} {_interval(row, 'accuracy'):>17} "
        f"{_rate(row['majority_accuracy']):>8} {_interval(row, 'macro_f1'):>17} "
        f"{_rate(row['top3_accuracy']):>5} {_rate(row['ece']):>5} "
        f"{_rate(_measured(row, 'accepted_share')):>8} "
        f"{_rate(_measured(row, 'accepted_precision')):>5}"
    )


def _interval(row: dict[str, Any], metric: str) -> str:
    lower, upper = row[f"{metric}_lower"], row[f"{metric}_upper"]
    if lower is None or upper is None:
        return f"{_rate(row[metric])} {'[-]':>11}"
    return f"{_rate(row[metric])} [{_rate(lower)}-{_rate(upper)}]"


def _measured(row: dict[str, Any], metric: str) -> float | None:
    value: float | None = row["measures"].get(metric, {}).get("value")
    return value


def _rate(value: float | None) -> str:
    """Format with three decimals and no zero before the point, as in tables of results."""
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def show_classified(found: Iterable[Classified], *, as_json: bool) -> None:
    """Print the style of each image, or why it cannot be predicted."""
    if as_json:
        say(json.dumps({"images": [asdict(image) for image in found]}))
        return
    for image in found:
        if image.error is not None:
            say(f"{image.file}: {image.error}")
            continue
        known = f", {image.artwork_id}" if image.artwork_id else ""
        if image.confidence is None:
            say(f"{image.file}: outside the vocabulary{known}: {image.because}")
            say(f"  {image.description}")
            continue
        say(f"{image.file}: {image.style} ({image.confidence:.2f}, {image.decision}{known})")
        say(f"  {image.description}")
        alone = " (from the image only)" if image.pattern == "image" else ""
        say(f"  evidence{alone}: {image.because}")


def show_changes(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print the changed artworks, and why they changed."""
    if as_json:
        say(json.dumps({"changes": list(found)}, default=_plain))
        return
    for work in found:
        named = ", ".join(filter(None, (work["artist"], work["title"])))
        say(f"{work['kind']:8} {work['artwork_id']} ({'; '.join(work['reasons'])}): {named}")
    if not found:
        say("no artwork has changed")


def show_repair(home: str, done: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was repaired, what is lost, and how to restore the rest."""
    if as_json:
        say_json({"home": home, **done})
        return
    for table, repaired in done["tables"].items():
        say(f"table {table} {repaired}")
    if done["published"]:
        say(f"published again: {', '.join(done['published'])}")
    for catalog in done["to_prepare"]:
        say(
            f"prepared images of {catalog} are lost: run `artcat nightly` or `artcat ingest` with "
            f"`--home {home} --name {catalog}` and the `--catalog` and `--source` that it came from"
        )
    if not any(done.values()):
        say("nothing to repair; run `artcat doctor` for other problems")


def show_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    """Print what each check of `artcat doctor` found, and what to do."""
    counts = Counter(finding.status for finding in findings)
    if as_json:
        say_json({"checks": [asdict(finding) for finding in findings], **_without_zeros(counts)})
        return
    for finding in findings:
        say(f"{finding.status:7} {finding.check:18} {finding.found}")
        if finding.advice:
            say(f"{'':26} {finding.advice}")
    say(", ".join(f"{count} {status}" for status, count in _without_zeros(counts).items()))


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {status: counts.get(status, 0) for status in (OK, WARNING, FAILED)}


def checks_lines(checks: Sequence[dict[str, Any]]) -> list[str]:
    """Return the results of data checks in a run."""
    if not checks:
        return []
    found = by_outcome(checks)
    return [_checks_headline(found), *_check_lines(found)]


def _checks_by_catalog(checks: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the results of data checks in the last run of each catalog."""
    for name, found in checks.items():
        run = f"{found['flow']} of {found['started_at']:%Y-%m-%d %H:%M}"
        yield f"{name}: {_checks_headline(found)} ({run})"
        yield from (f"  {line}" for line in _check_lines(found))


def _checks_headline(found: dict[str, Any]) -> str:
    failed = f", {len(found['failed'])} failed" if found["failed"] else ""
    return f"{found['passed']} passed, {len(found['warned'])} warned{failed}"


def _check_lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{result['outcome']}: {CheckResult(**result).message}"
        for result in (*found["failed"], *found["warned"])
    ]


def acceptance_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return whether confident predictions are accepted in each catalog, why, and the next step."""
    return [
        f"{row['catalog']}: {row['state']}: {row['reason']}; next: {row['next']}" for row in rows
    ]

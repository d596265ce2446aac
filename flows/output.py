"""What commands print: for people on the terminal, or one JSON object for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog.checks import CheckResult, by_outcome

if TYPE_CHECKING:
    import pyarrow as pa

    from catalog.sources.preview import Preview
    from models.classify import Classified


def show(command: str, result: dict[str, Any], *, as_json: bool) -> None:
    """Print a command's result."""
    if as_json:
        say(json.dumps(result, default=_plain))
        return
    for title, lines in _sections(command, result):
        say(title)
        for line in lines:
            say(f"  {line}")


def say(line: str) -> None:
    """One line of standard output."""
    sys.stdout.write(f"{line}\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sections(command: str, result: dict[str, Any]) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    if "run_id" in result:
        sections.append((f"{command}: {_headline(result)}", []))
    if "leaderboard" in result:
        sections.append(
            (
                "leaderboard (beside what always guessing the commonest style reaches)",
                leaderboard_lines(result["leaderboard"]),
            )
        )
    if "preset" in result:
        sections.append((f"preset: {result['preset']}", []))
    lists = ("rows", "try", "pictures", "tables", "catalogs", "near_duplicates", "models", "runs")
    sections += [(title, _lines(result[title])) for title in lists if title in result]
    if result.get("coverage"):
        sections.append(("coverage", coverage_lines(result["coverage"])))
    if "checks" in result:
        sections.append(_checks(result["checks"]))
    if result.get("missing"):
        sections.append(("missing", [result["missing"]]))
    if "seconds" in result:
        took = ", ".join(f"{step} {spent:.1f}" for step, spent in result["seconds"].items())
        sections.append((f"seconds: {took}", []))
    return sections


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {content}" for name, content in value.items()]
    return [str(line) for line in value]


_HEADLINES = (
    ("rows_read", "{} rows read"),
    ("artworks", "{} artworks"),
    ("quarantined", "{} quarantined"),
    ("duplicates", "{} duplicates"),
    ("orphans", "{} images without a row"),
    ("images", "images {}"),
    ("images_read", "{} images read"),
    ("trained", "trained {}"),
    ("evaluated", "{} models evaluated"),
    ("champion", "champion {}"),
    ("forward_passes", "{} forward passes"),
    ("enriched", "{} works enriched"),
    ("predicted", "{} predicted"),
)


def _headline(result: dict[str, Any]) -> str:
    return ", ".join(
        words.format(_counted(result[name])) for name, words in _HEADLINES if name in result
    )


def _counted(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {count}" for name, count in value.items())
    return str(value)


def leaderboard_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The leaderboard as lines of a table."""
    head = (
        f"{'split':7} {'part':11} {'model':13} {'works':>5} {'accuracy':>9} {'majority':>9} "
        f"{'macro-F1':>9} {'majority':>9} {'ECE':>6}"
    )
    return [head] + [
        f"{row['scheme']:7} {row['part']:11} {row['architecture']:13} {row['works']:5} "
        f"{row['accuracy']:9.3f} {row['majority_accuracy']:9.3f} {row['macro_f1']:9.3f} "
        f"{row['majority_macro_f1']:9.3f} {row['ece']:6.3f}"
        for row in rows
    ]


def show_classified(found: Sequence[Classified], *, as_json: bool) -> None:
    """Print the style of each image."""
    if as_json:
        say(json.dumps({"images": [asdict(image) for image in found]}))
        return
    for image in found:
        known = f", {image.artwork_id}" if image.artwork_id else ""
        say(f"{image.file}: {image.style} ({image.confidence:.2f}, {image.decision}{known})")
        say(f"  {image.description}")


def show_rows(rows: pa.Table, form: str) -> None:
    """Print the rows of an answer as a table, CSV or JSON."""
    frame = rows.to_pandas()
    if form == "table":
        say(frame.to_string(index=False) if len(frame) else f"no rows ({', '.join(frame.columns)})")
    elif form == "csv":
        sys.stdout.write(frame.to_csv(index=False))
    elif form == "json":
        say(json.dumps(rows.to_pylist(), default=_plain, ensure_ascii=False))
    else:
        say(json.dumps({"rows": rows.to_pylist()}, default=_plain))


def show_changes(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print which works changed, and in what."""
    if as_json:
        say(json.dumps({"changes": list(found)}, default=_plain))
        return
    for work in found:
        what = f" ({', '.join(work['different'])})" if work["different"] else ""
        say(f"{work['change']:8} {work['artwork_id']}{what}: {work['artist']}, {work['title']}")
    if not found:
        say("no work has changed")


def coverage_lines(coverage: Sequence[dict[str, Any]]) -> list[str]:
    """Which share of the given values of each field could be read."""
    return [
        f"{row['field']:12} {row['given']:>9,} given  {row['parsed']:>9,} read  "
        f"{row['parsed'] / row['given']:7.2%}"
        for row in coverage
        if row["given"]
    ]


def _checks(checks: list[dict[str, Any]] | dict[str, dict[str, Any]]) -> tuple[str, list[str]]:
    """What the checks found: in a run, or in the last run of each catalog."""
    if isinstance(checks, list):
        found = by_outcome(checks)
        return f"checks: {_checks_headline(found)}", _check_lines(found)
    lines = []
    for name, found in checks.items():
        run = f"{found['flow']} of {found['started_at']:%Y-%m-%d %H:%M}"
        lines.append(f"{name}: {_checks_headline(found)} ({run})")
        lines += [f"  {line}" for line in _check_lines(found)]
    return "checks of the last run", lines


def _checks_headline(found: dict[str, Any]) -> str:
    failed = f", {len(found['failed'])} failed" if found["failed"] else ""
    return f"{found['passed']} passed, {len(found['warned'])} warned{failed}"


def _check_lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{result['outcome']}: {CheckResult(**result).message}"
        for result in (*found["failed"], *found["warned"])
    ]


def show_preview(found: Preview, *, as_json: bool) -> None:
    """Print what a mapping would read."""
    if as_json:
        say(json.dumps(asdict(found), default=_plain))
        return
    say(f"{found.rows_read} rows read, {found.left_out} left out by the filters")
    for title, counts in (
        ("they would become", found.outcomes),
        ("quarantined because", found.reasons),
        ("style terms that the vocabulary does not know", found.unmapped_styles),
    ):
        if counts:
            say(title)
            for name, count in counts.items():
                say(f"  {count:6} {name}")
    say("coverage")
    for line in coverage_lines(found.coverage):
        say(f"  {line}")
    say("first works")
    for row in found.first_rows:
        say("  " + ", ".join(f"{name} {value}" for name, value in row.items() if value is not None))

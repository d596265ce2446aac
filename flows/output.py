"""What commands print: for people on the terminal, or one JSON object for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

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


def say_json(value: object) -> None:
    """One JSON value as a line of standard output."""
    say(json.dumps(value, default=_plain))


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
    if result.get("gate"):
        sections.append(("who becomes champion", [gate_line(d) for d in result["gate"]]))
    if "preset" in result:
        sections.append((f"preset: {result['preset']}", []))
    for title in (
        "rows",
        "try",
        "pictures",
        "tables",
        "catalogs",
        "near_duplicates",
        "models",
        "runs",
    ):
        if title in result:
            sections.append((title, _lines(result[title])))
    if result.get("coverage"):
        sections.append(("coverage", coverage_lines(result["coverage"])))
    if result.get("warnings"):
        sections.append(("warnings", result["warnings"]))
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


def gate_line(decision: dict[str, Any]) -> str:
    """Why a model was promoted or not, in one line."""
    verdict = "promoted" if decision["promoted"] else "not promoted"
    what = f"{decision['model_version']} ({decision['architecture']})"
    return f"{decision['role']}: {what} {verdict}: {decision['reason']}"


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

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


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sections(command: str, result: dict[str, Any]) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    if "run_id" in result:
        sections.append((f"{command}: {_headline(result)}", []))
    if "leaderboard" in result:
        sections.append(
            (
                "leaderboard, beside what always guessing the commonest training style reaches",
                leaderboard_lines(result["leaderboard"]),
            )
        )
    if result.get("report"):
        sections.append((f"report: {result['report']}", []))
    if "preset" in result:
        sections.append((f"preset: {result['preset']}", []))
    for title in (
        "rows",
        "try",
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
    """The models as they are configured, a table for each part of a split."""
    shown = [row for row in rows if row["configured"]]
    lines = []
    for part, scheme in dict.fromkeys((row["part"], row["scheme"]) for row in shown):
        lines.append(_LEADERBOARD_HEAD.format(f"{part} part, {_SCHEMES.get(scheme, scheme)}"))
        lines += [
            _leaderboard_line(row)
            for row in shown
            if (row["part"], row["scheme"]) == (part, scheme)
        ]
    return lines


_SCHEMES = {"artist": "no artist on two sides", "random": "random by image"}
_LEADERBOARD_HEAD = (
    f"{{:38}} {'works':>6} {'accuracy [95 %]':>17} {'majority':>8} {'macro-F1 [95 %]':>17} "
    f"{'balanced':>8} {'top-3':>5} {'ECE':>5} {'prior':>5}"
)


def _leaderboard_line(row: dict[str, Any]) -> str:
    name = f"  {row['method']} {row['architecture']}"
    return (
        f"{name[:38]:38} {row['works']:6,} {_interval(row, 'accuracy'):>17} "
        f"{_rate(row['majority_accuracy']):>8} {_interval(row, 'macro_f1'):>17} "
        f"{_rate(row['balanced_accuracy']):>8} {_rate(row['top3_accuracy']):>5} "
        f"{_rate(row['ece']):>5} {'yes' if row['prior_correction'] else 'no':>5}"
    )


def _interval(row: dict[str, Any], metric: str) -> str:
    lower, upper = row[f"{metric}_lower"], row[f"{metric}_upper"]
    if lower is None or upper is None:
        return f"{_rate(row[metric])} {'[-]':>11}"
    return f"{_rate(row[metric])} [{_rate(lower)}-{_rate(upper)}]"


def _rate(value: float | None) -> str:
    """Three decimals without the zero before the point, as in tables of results."""
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


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

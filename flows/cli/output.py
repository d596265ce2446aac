"""Output of commands: text for people, or one JSON object for machines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalog.enrichment.counts import Counts
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.ingestion.checks import CheckResult, by_outcome
from models.evidence.patterns import in_words

if TYPE_CHECKING:
    from models.enrichment.classify import Classified


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
    """Print a line on standard output."""
    sys.stdout.write(f"{line}\n")


def say_json(value: object) -> None:
    """Print a JSON value as a line on standard output."""
    say(json.dumps(value, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sections(command: str, result: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Yield titles and lines of the parts of a result, in the order of `_PARTS`."""
    sections: list[tuple[str, list[str]]] = []
    if "run_id" in result:
        sections.append((f"{command}: {_headline(result)}", []))
    sections += [(f"warning: {warning}", []) for warning in result.get("warnings", ())]
    for name, title, lines in _PARTS:
        if result.get(name):
            sections.append((title.format_map(result), lines(result[name])))
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
    ("best_trial", "best trial {}"),
    ("best_macro_f1", "validation macro-F1 {}"),
    ("trained", "trained {}"),
    ("evaluated", "{} models evaluated"),
    ("champion", "champion {}"),
    ("forward_passes", "{} forward passes"),
    ("predictions", "{} predicted"),
    ("newly_outside", "{} newly outside the vocabulary"),
    ("changes", "changed: {}"),
)


def _headline(result: dict[str, Any]) -> str:
    return ", ".join(
        words.format(_counted(result[name]))
        for name, words in _HEADLINES
        if result.get(name) is not None
    )


def _counted(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "nothing"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


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


_SCHEMES = {"artist": "no artist on two sides", "random": "random by image"}
_LEADERBOARD_HEAD = (
    f"{{:38}} {'works':>6} {'accuracy [95 %]':>17} {'majority':>8} {'macro-F1 [95 %]':>17} "
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


def compared_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the variants by measure, each with its difference to the first."""

    def interval(found: dict[str, float], sign: str = "") -> str:
        value, lower, upper = (f"{found[name]:{sign}.3f}" for name in ("value", "lower", "upper"))
        return f"{value} [{lower}, {upper}]"

    wide = max(len(row["variant"]) for row in rows)
    lines = [f"{'variant':{wide}} {'measure':9} {'mean':22} difference to the first"]
    for row in rows:
        difference = interval(row["difference"], "+") if row["difference"] else ""
        mean = interval(row["mean"])
        lines.append(f"{row['variant']:{wide}} {row['measure']:9} {mean:22} {difference}".rstrip())
    lines.append(f"majority class: accuracy {rows[0]['majority_accuracy']:.3f}")
    return lines


def gate_line(decision: dict[str, Any]) -> str:
    """Return in one line why a model was promoted or not."""
    verdict = "promoted" if decision["promoted"] else "not promoted"
    what = f"{decision['model_version']} ({decision['architecture']})"
    return f"{decision['role']}: {what} {verdict}: {decision['reason']}"


def _dropped_lines(counts: dict[str, int]) -> list[str]:
    return [f"{count:6} {reason}" for reason, count in counts.items()]


def _seconds_line(seconds: dict[str, float]) -> list[str]:
    return [", ".join(f"{step} {spent:.1f}" for step, spent in seconds.items())]


def _compacted_lines(tables: dict[str, dict[str, int]]) -> list[str]:
    return [
        f"{name}: {found['small_files']} small files"
        + (f", {found['after']} files now" if "after" in found else "")
        for name, found in tables.items()
    ]


def _removed_lines(removed: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{name}: {found['objects']:,} objects, {found['bytes'] / 1e6:,.1f} MB, such as "
        f"{found['examples'][0]}"
        for name, found in removed.items()
    ]


def _restored_lines(found: dict[str, Any]) -> list[str]:
    """Return the restored run, then each table that changes."""
    tables = found["tables"]
    changed = {name: step for name, step in tables.items() if step["action"] != "left alone"}
    lines = [
        f"as {found['flow']} run {found['run']} ({found['status']}) {found['as']} them",
        *(
            f"{name}: {step['action']}, version {step['version']} -> as {step['wanted']}, "
            f"{step['rows']:,} rows -> {step['rows_then']:,}"
            for name, step in changed.items()
        ),
    ]
    return [*lines, f"{len(tables) - len(changed)} tables are unchanged"]


def _catalog_lines(catalogs: dict[str, dict[str, int]]) -> list[str]:
    return [f"{name}: {Counts(**counts).in_words()}" for name, counts in catalogs.items()]


def _no_lines(_: Any) -> list[str]:
    return []


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
        alone = " (the image alone)" if image.pattern == "image" else ""
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
    """Print what was repaired, what is lost, and what brings back the rest."""
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
        say("no damage that this command repairs; `artcat doctor` reports the rest")


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


def coverage_lines(coverage: Sequence[dict[str, Any]]) -> list[str]:
    """Return the parse rate of each field."""
    return [
        f"{row['field']:12} {row['given']:>9,} given  {row['parsed']:>9,} read  "
        f"{row['parsed'] / row['given']:7.2%}"
        for row in coverage
        if row["given"]
    ]


def checks_lines(checks: list[dict[str, Any]] | dict[str, dict[str, Any]]) -> list[str]:
    """Return the results of data checks in a run, or in the last run of each catalog."""
    if isinstance(checks, list):
        found = by_outcome(checks)
        return [_checks_headline(found), *_check_lines(found)]
    lines = []
    for name, found in checks.items():
        run = f"{found['flow']} of {found['started_at']:%Y-%m-%d %H:%M}"
        lines.append(f"{name}: {_checks_headline(found)} ({run})")
        lines += [f"  {line}" for line in _check_lines(found)]
    return lines


def _checks_headline(found: dict[str, Any]) -> str:
    failed = f", {len(found['failed'])} failed" if found["failed"] else ""
    return f"{found['passed']} passed, {len(found['warned'])} warned{failed}"


def _check_lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{result['outcome']}: {CheckResult(**result).message}"
        for result in (*found["failed"], *found["warned"])
    ]


def acceptance_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return whether confident predictions count in each catalog, why, and the next step."""
    return [
        f"{row['catalog']}: {row['state']}: {row['reason']}; next: {row['next']}" for row in rows
    ]


_PARTS: tuple[tuple[str, str, Callable[[Any], list[str]]], ...] = (
    ("no_champion", "nothing is predicted, since there is no champion: {no_champion}", _no_lines),
    ("fallbacks", "works could not be split as usual", _lines),
    (
        "leaderboard",
        "leaderboard, beside always predicting the commonest training style",
        leaderboard_lines,
    ),
    (
        "student_project",
        "the student project's results on 13,976 works, split at random by image",
        _lines,
    ),
    ("gate", "promotion of champions", lambda gate: [gate_line(each) for each in gate]),
    ("report", "report: {report}", _no_lines),
    ("state", "now", lambda state: [Counts(**state).in_words()]),
    ("what_changed", "what changed: {what_changed}", _no_lines),
    ("page", "about this run: {page}", _no_lines),
    ("collection", "about the collection: {collection}", _no_lines),
    (
        "compared",
        "means over seeds, {scheme} split, test part, with 95 % intervals",
        compared_lines,
    ),
    ("preset", "preset: {preset}", _no_lines),
    ("tuning", "tuning", _lines),
    ("read_as", "files", _lines),
    ("rows", "rows", _lines),
    ("try", "try", _lines),
    ("to_embed", "images to embed", _lines),
    ("to_predict", "artworks to predict", _lines),
    ("to_describe", "descriptions to write", _lines),
    ("dry_run", "dry run: nothing was done", _no_lines),
    ("compacted", "tables with many small files, compacted", _compacted_lines),
    ("vacuumed", "files of tables needed by no version to keep", _removed_lines),
    ("restored", "tables restored", _restored_lines),
    ("leftovers", "unreferenced files", _removed_lines),
    ("tables", "tables", _lines),
    ("catalogs", "catalogs", _catalog_lines),
    (
        "acceptance",
        "acceptance: catalogs in which confident predictions count",
        acceptance_lines,
    ),
    ("near_duplicates", "near_duplicates", _lines),
    ("models", "models", _lines),
    ("runs", "runs", _lines),
    ("placeholders", "images that no model uses", _dropped_lines),
    ("coverage", "coverage", coverage_lines),
    ("checks", "checks", checks_lines),
    ("dropped", "works excluded from training", _dropped_lines),
    ("missing", "missing: {missing}", _no_lines),
    ("seconds", "seconds", _seconds_line),
)
"""Parts of a result in the order of printing: name, title, formatter."""

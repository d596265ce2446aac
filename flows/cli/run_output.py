"""Output of the commands that run flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.base.results import RunResult
from catalog.base.wording import counted
from catalog.enrichment.champions import ChampionState
from catalog.enrichment.work_changes import ReportedChanges
from catalog.ingestion.checks import CheckResult, by_outcome
from catalog.runs.record import Run
from flows.cli.output import checks_lines, counts_in_words, section
from flows.results import (
    CompareResult,
    DemoResult,
    EnrichResult,
    EvaluateResult,
    IngestResult,
    MaintainResult,
    NightlyResult,
    ReproduceResult,
    RestoreResult,
    TrainResult,
    TuneResult,
)
from models.evidence.patterns import in_words

NIGHT_LINES = 10
_SCHEMES = {"artist": "artist-disjoint", "random": "random by image"}
_LEADERBOARD_HEAD = (
    f"{{:36}} {'artworks':>8} {'accuracy [95 %]':>17} {'majority':>8} {'macro-F1 [95 %]':>17} "
    f"{'top-3':>5} {'ECE':>5} {'accepted':>8} {'right':>5}"
)


def run_lines(command: str, run: Run[RunResult]) -> Iterator[str]:
    """Yield what a run did."""
    result = run.result
    yield f"{command}: {', '.join(_headline(result))}"
    yield from (f"warning: {warning}" for warning in result.warnings)
    if isinstance(result, ChampionState):
        yield from _named("nothing is predicted, since there is no champion", result.no_champion)
    yield from _sections(result)
    yield from section("checks", checks_lines(result.checks))
    if isinstance(result, TrainResult):
        yield from section("artworks excluded from training", _dropped_lines(result.dropped))
    spent = ", ".join(f"{step} {seconds:.1f}" for step, seconds in run.seconds.items())
    yield from section("seconds", filter(None, [spent]))


def _headline(result: RunResult) -> Iterator[str]:
    if isinstance(result, IngestResult):
        yield (
            f"{counted(result.rows_read, 'row')} read, {counted(result.artworks, 'artwork')}, "
            f"{result.quarantined:,} quarantined, {counted(result.duplicates, 'duplicate')}, "
            f"{counted(result.orphans, 'image file')} without a catalog row, "
            f"images {counts_in_words(result.images) or 'nothing'}, "
            f"{counted(result.images_read, 'image')} read"
        )
    if isinstance(result, TuneResult):
        yield f"best trial {result.best_trial}, validation macro-F1 {result.best_macro_f1:.3f}"
    if isinstance(result, TrainResult | TuneResult):
        trained = ", ".join(f"{version} {name}" for name, version in result.trained.items())
        yield f"trained {trained or 'nothing'}"
    if isinstance(result, EvaluateResult) and result.evaluated is not None:
        yield f"{counted(result.evaluated, 'model')} evaluated"
    if isinstance(result, ChampionState | ReportedChanges) and result.champion:
        yield f"champion {result.champion}"
    if isinstance(result, EnrichResult):
        yield (
            f"{counted(result.forward_passes, 'image')} embedded, "
            f"{result.predictions:,} predicted, "
            f"{result.newly_outside:,} newly outside the vocabulary"
        )
    if isinstance(result, ReportedChanges):
        yield f"changed: {counts_in_words(result.changes) or 'nothing'}"


def _sections(result: RunResult) -> Iterator[str]:
    if isinstance(result, EvaluateResult):
        yield from _models(result)
        yield from _named("report", result.report)
    if isinstance(result, ReportedChanges):
        yield from section("current state", [result.state.in_words()] if result.state else ())
        yield from _named("changes", result.what_changed)
    if isinstance(result, EnrichResult):
        yield from _named("run page", result.page)
        yield from _named("collection page", result.collection)
    if isinstance(result, CompareResult):
        title = f"means over seeds, {result.scheme} split, test part, with 95 % intervals"
        yield from section(title, _compared_lines(result.compared))
    if isinstance(result, TuneResult):
        yield from section("tuning", result.tuning or ())
    if isinstance(result, IngestResult):
        yield from section("files", result.read_as)
        yield from section("images excluded as placeholders", _dropped_lines(result.placeholders))
        coverage = (
            f"{row['field']:12} {row['given']:>9,} given  {row['parsed']:>9,} read  "
            f"{row['parsed'] / row['given']:7.2%}"
            for row in result.coverage
            if row["given"]
        )
        yield from section("coverage", coverage)
    if isinstance(result, MaintainResult | RestoreResult) and result.dry_run:
        yield "dry run: nothing was done"
    if isinstance(result, MaintainResult):
        compacted = (
            f"{name}: {found['small_files']} small files"
            + (f", {found['after']} files now" if "after" in found else "")
            for name, found in result.compacted.items()
        )
        yield from section("tables with many small files, compacted", compacted)
        for title, removed in (
            ("table files that no retained version needs", result.vacuumed),
            ("unreferenced files", result.leftovers),
        ):
            lines = (
                f"{name}: {found['objects']:,} objects, {found['bytes'] / 1e6:,.1f} MB, such as "
                f"{found['examples'][0]}"
                for name, found in removed.items()
            )
            yield from section(title, lines)
    if isinstance(result, RestoreResult):
        yield from section("tables restored", _restored_lines(result.restored))


def _named(title: str, text: str | None) -> Iterable[str]:
    return [f"{title}: {text}"] if text else ()


def _models(result: EvaluateResult) -> Iterator[str]:
    """Yield how the models compare, and which were promoted."""
    if isinstance(result, TrainResult):
        yield from section("fallbacks in splitting or training", result.fallbacks)
    title = "leaderboard (baseline: always predict the most common training style)"
    yield from section(title, leaderboard_lines(result.leaderboard or ()))
    if isinstance(result, ReproduceResult):
        title = "the student project's results on 13,976 artworks, split at random by image"
        yield from section(title, result.student_project or ())
    decisions = (
        f"{each.role}: {each.model_version} ({each.architecture}) "
        f"{'promoted' if each.promoted else 'not promoted'}: {each.reason}"
        for each in result.gate
    )
    yield from section("promotion of champions", decisions)


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


def _leaderboard_line(row: dict[str, Any], name: str) -> str:
    accepted, right = (
        _rate(row["measures"].get(f"accepted_{metric}", {}).get("value"))
        for metric in ("share", "precision")
    )
    return (
        f"{f'  {name}'[:38]:38} {row['works']:6,} {_interval(row, 'accuracy'):>17} "
        f"{_rate(row['majority_accuracy']):>8} {_interval(row, 'macro_f1'):>17} "
        f"{_rate(row['top3_accuracy']):>5} {_rate(row['ece']):>5} {accepted:>8} {right:>5}"
    )


def _interval(row: dict[str, Any], metric: str) -> str:
    lower, upper = row[f"{metric}_lower"], row[f"{metric}_upper"]
    if lower is None or upper is None:
        return f"{_rate(row[metric])} {'[-]':>11}"
    return f"{_rate(row[metric])} [{_rate(lower)}-{_rate(upper)}]"


def _rate(value: float | None) -> str:
    """Format with three decimals and no zero before the point, as in tables of results."""
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def _compared_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the variants by measure, each with its difference from the first."""

    def interval(found: dict[str, float], sign: str = "") -> str:
        value, lower, upper = (f"{found[name]:{sign}.3f}" for name in ("value", "lower", "upper"))
        return f"{value} [{lower}, {upper}]"

    wide = max(len(row["variant"]) for row in rows)
    lines = [f"{'variant':{wide}} {'measure':9} {'mean':22} difference from the first"]
    for row in rows:
        difference = interval(row["difference"], "+") if row["difference"] else ""
        mean = interval(row["mean"])
        lines.append(f"{row['variant']:{wide}} {row['measure']:9} {mean:22} {difference}".rstrip())
    return [*lines, f"majority class: accuracy {rows[0]['majority_accuracy']:.3f}"]


def _dropped_lines(counts: Mapping[str, int]) -> list[str]:
    return [f"{count:6} {reason}" for reason, count in counts.items()]


def _restored_lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the restored run, then each table that changes."""
    yield f"as {found['flow']} run {found['run']} ({found['status']}) {found['as']} them"
    unchanged = 0
    for name, step in found["tables"].items():
        if step["action"] == "left alone":
            unchanged += 1
            continue
        yield (
            f"{name}: {step['action']}, version {step['version']} -> as {step['wanted']}, "
            f"{step['rows']:,} rows -> {step['rows_then']:,}"
        )
    yield f"{unchanged} tables are unchanged"


def night_lines(command: str, run: Run[NightlyResult], home: str | None) -> Iterator[str]:
    """Yield the models, if the night trained some, then at most `NIGHT_LINES` on what it did."""
    result, option = run.result, f" --home {home}" if home else ""
    if result.trained:
        yield from _models(result)
    if isinstance(result, DemoResult):
        yield f"preset: {result.preset}"
        yield from section("rows", result.rows or ())
        yield from section("try", result.try_ or ())
    first = [
        f"{command}: run {run.run_id} completed in {sum(run.seconds.values()):.1f} s",
        f"read:       {_rows(result)}",
        f"changed:    {_changed(result)}",
    ]
    if result.trained:
        champion = result.champion or "none"
        first.append(f"trained:    {counted(len(result.trained), 'model')}; champion {champion}")
    waiting = "nothing needs a decision"
    if result.state and result.state.need_decision:
        waiting = f"{result.state.decisions_in_words()}: artcat review build{option}"
    first.append(f"to review:  {waiting}")
    pages = (result.report if result.trained else None, result.page, result.collection)
    last = [f"reports:    {page}" for page in pages if page]
    wrong = list(_wrong(result))
    room = NIGHT_LINES - len(first) - len(last)
    if len(wrong) > room:
        more = f"{len(wrong) - room + 1} more: artcat runs show {run.run_id}{option}"
        wrong = [*wrong[: room - 1], more]
    yield from [*first, *(f"problems:   {line}" for line in wrong or ["nothing"]), *last]


def _rows(result: NightlyResult) -> str:
    found = _some(
        (result.artworks, "artwork"),
        (result.quarantined, "quarantined", "quarantined"),
        (result.duplicates, "duplicate"),
    )
    if images := result.images:
        found.append(f"{images.get('ok', 0):,} of {sum(images.values()):,} images usable")
    return f"{counted(result.rows_read, 'row')}: {', '.join(found)}"


def _changed(result: NightlyResult) -> str:
    done = _some(
        (result.images_read, "image read", "images read"),
        (result.forward_passes, "image embedded", "images embedded"),
        (result.predictions, "artwork predicted", "artworks predicted"),
        (result.described, "description written", "descriptions written"),
    )
    changes = counts_in_words(result.changes)
    return "; ".join(filter(None, (changes, ", ".join(done)))) or "nothing"


def _some(*counts: tuple[int, str] | tuple[int, str, str]) -> list[str]:
    """Return the counts that are not 0, with their nouns."""
    return [counted(*each) for each in counts if each[0]]


def _wrong(result: NightlyResult) -> Iterator[str]:
    """Yield problems for a person to check, the worst first."""
    yield from result.warnings
    if why := result.no_champion:
        yield f"nothing is predicted, since there is no champion: {why}"
    if result.missing and result.missing != result.no_champion:
        yield f"missing: {result.missing}"
    found = by_outcome(result.checks)
    for check in (*found["failed"], *found["warned"]):
        yield CheckResult(**check).message

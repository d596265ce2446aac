"""Output of the commands that run flows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from catalog.base.results import RunResult
from catalog.base.wording import counted
from catalog.enrichment.champions import ChampionState
from catalog.enrichment.work_changes import ReportedChanges
from catalog.runs.record import Run
from flows.cli.output import (
    checks_lines,
    counts_in_words,
    leaderboard_lines,
    say,
    say_json,
    say_section,
)
from flows.results import (
    CompareResult,
    EnrichResult,
    EvaluateResult,
    IngestResult,
    MaintainResult,
    ReproduceResult,
    RestoreResult,
    TrainResult,
    TuneResult,
)

if TYPE_CHECKING:
    from models.promotion.promote import Decision


def show_run(command: str, run: Run[RunResult], *, as_json: bool) -> None:
    """Print what a run did."""
    if as_json:
        say_json(run.summary())
        return
    result = run.result
    say(f"{command}: {', '.join(_headline(result))}")
    for warning in result.warnings:
        say(f"warning: {warning}")
    if isinstance(result, ChampionState):
        _say("nothing is predicted, since there is no champion", result.no_champion)
    _show_sections(result)
    say_section("checks", checks_lines(result.checks))
    if isinstance(result, TrainResult):
        say_section("artworks excluded from training", _dropped_lines(result.dropped))
    spent = ", ".join(f"{step} {seconds:.1f}" for step, seconds in run.seconds.items())
    say_section("seconds", filter(None, [spent]))


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


def _show_sections(result: RunResult) -> None:
    if isinstance(result, EvaluateResult):
        show_models(result)
        _say("report", result.report)
    if isinstance(result, ReportedChanges):
        say_section("current state", [result.state.in_words()] if result.state else ())
        _say("changes", result.what_changed)
    if isinstance(result, EnrichResult):
        _say("run page", result.page)
        _say("collection page", result.collection)
    if isinstance(result, CompareResult):
        title = f"means over seeds, {result.scheme} split, test part, with 95 % intervals"
        say_section(title, _compared_lines(result.compared))
    if isinstance(result, TuneResult):
        say_section("tuning", result.tuning or ())
    if isinstance(result, IngestResult):
        say_section("files", result.read_as)
        say_section("images excluded as placeholders", _dropped_lines(result.placeholders))
        say_section("coverage", _coverage_lines(result.coverage))
    if isinstance(result, MaintainResult | RestoreResult) and result.dry_run:
        say("dry run: nothing was done")
    if isinstance(result, MaintainResult):
        say_section("tables with many small files, compacted", _compacted_lines(result.compacted))
        say_section("table files that no retained version needs", _removed_lines(result.vacuumed))
        say_section("unreferenced files", _removed_lines(result.leftovers))
    if isinstance(result, RestoreResult):
        say_section("tables restored", _restored_lines(result.restored))


def _say(title: str, text: str | None) -> None:
    if text:
        say(f"{title}: {text}")


def show_models(result: EvaluateResult) -> None:
    """Print how the models compare, and which were promoted."""
    if isinstance(result, TrainResult):
        say_section("fallbacks in splitting or training", result.fallbacks)
    title = "leaderboard (baseline: always predict the most common training style)"
    say_section(title, leaderboard_lines(result.leaderboard or ()))
    if isinstance(result, ReproduceResult):
        title = "the student project's results on 13,976 artworks, split at random by image"
        say_section(title, result.student_project or ())
    say_section("promotion of champions", map(_gate_line, result.gate))


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
    lines.append(f"majority class: accuracy {rows[0]['majority_accuracy']:.3f}")
    return lines


def _gate_line(decision: Decision) -> str:
    """Summarise why a model was promoted or not."""
    verdict = "promoted" if decision.promoted else "not promoted"
    what = f"{decision.model_version} ({decision.architecture})"
    return f"{decision.role}: {what} {verdict}: {decision.reason}"


def _dropped_lines(counts: dict[str, int]) -> list[str]:
    return [f"{count:6} {reason}" for reason, count in counts.items()]


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


def _coverage_lines(coverage: Sequence[dict[str, Any]]) -> list[str]:
    """Return the parse rate of each field."""
    return [
        f"{row['field']:12} {row['given']:>9,} given  {row['parsed']:>9,} read  "
        f"{row['parsed'] / row['given']:7.2%}"
        for row in coverage
        if row["given"]
    ]

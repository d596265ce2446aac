"""Output of a night: at most ten lines, preceded by the models if it trained some."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.ingestion.checks import CheckResult, by_outcome
from catalog.runs.record import Run
from flows.cli.output import say, say_json, say_section
from flows.cli.result_output import show_models
from flows.results import DemoResult, NightlyResult

LINES = 10


def show_night(
    command: str, run: Run[NightlyResult], home: str | None, *, as_json: bool = False
) -> None:
    """Print the result of a night: changes, open decisions, problems, reports."""
    if as_json:
        say_json(run.summary())
        return
    if run.result.trained:
        show_models(run.result)
    if isinstance(run.result, DemoResult):
        say(f"preset: {run.result.preset}")
        say_section("rows", run.result.rows or ())
        say_section("try", run.result.try_ or ())
    for line in night_lines(command, run, home):
        say(line)


def night_lines(command: str, run: Run[NightlyResult], home: str | None) -> list[str]:
    """Return the last lines of a night's output, at most `LINES`."""
    result, option = run.result, f" --home {home}" if home else ""
    first = [
        f"{command}: run {run.run_id} completed in {sum(run.seconds.values()):.1f} s",
        f"read:       {_rows(result)}",
        f"changed:    {_changed(result)}",
    ]
    if result.trained:
        champion = result.champion or "none"
        first.append(f"trained:    {len(result.trained)} models; champion {champion}")
    first.append(f"for people: {_waiting(result, option)}")
    pages = (result.report if result.trained else None, result.page, result.collection)
    last = [f"look at:    {page}" for page in pages if page]
    wrong = list(_wrong(result))
    room = LINES - len(first) - len(last)
    if len(wrong) > room:
        more = f"{len(wrong) - room + 1} more: artcat runs show {run.run_id}{option}"
        wrong = [*wrong[: room - 1], more]
    return [*first, *(f"wrong:      {line}" for line in wrong or ["nothing"]), *last]


def _rows(result: NightlyResult) -> str:
    counted = _some(
        (result.artworks, "artworks"),
        (result.quarantined, "quarantined"),
        (result.duplicates, "duplicates"),
    )
    if images := result.images:
        counted.append(f"{images.get('ok', 0):,} of {sum(images.values()):,} images usable")
    return f"{result.rows_read:,} rows: {', '.join(counted)}"


def _changed(result: NightlyResult) -> str:
    changes = _some(*((count, kind) for kind, count in result.changes.items()))
    done = _some(
        (result.images_read, "images read"),
        (result.forward_passes, "images embedded"),
        (result.predictions, "artworks predicted"),
        (result.described, "descriptions written"),
    )
    return "; ".join(filter(None, (", ".join(changes), ", ".join(done)))) or "nothing"


def _some(*counts: tuple[int, str]) -> list[str]:
    """Return the counts that are not 0, in words."""
    return [f"{count:,} {what}" for count, what in counts if count]


def _waiting(result: NightlyResult, option: str) -> str:
    if result.state is None or not result.state.need_decision:
        return "nothing needs a decision"
    return f"{result.state.decisions_in_words()}: artcat review build{option}"


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

"""Output of a night: at most ten lines, preceded by the models if it trained some."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.base.wording import counted
from catalog.ingestion.checks import CheckResult, by_outcome
from catalog.runs.record import Run
from flows.cli.output import counts_in_words, say, say_json, say_section
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
        first.append(f"trained:    {counted(len(result.trained), 'model')}; champion {champion}")
    first.append(f"to review:  {_waiting(result, option)}")
    pages = (result.report if result.trained else None, result.page, result.collection)
    last = [f"reports:    {page}" for page in pages if page]
    wrong = list(_wrong(result))
    room = LINES - len(first) - len(last)
    if len(wrong) > room:
        more = f"{len(wrong) - room + 1} more: artcat runs show {run.run_id}{option}"
        wrong = [*wrong[: room - 1], more]
    return [*first, *(f"problems:   {line}" for line in wrong or ["nothing"]), *last]


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

"""Commands for operators: the state of a home, its runs and tables, its repair, deployments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.base.wording import one_line
from catalog.enrichment.counts import Counts
from catalog.health.finding import FAILED, OK, WARNING
from catalog.health.status import status_of
from catalog.health.tables import repair_home
from catalog.runs import history
from catalog.runs.history import changed_in_run, row_of
from catalog.storage import table_versions
from catalog.storage.homes import open_existing_home
from catalog.storage.schemas import SCHEMA_VERSION, is_current
from flows import preflight
from flows.cli.output import (
    Home,
    Json,
    checks_lines,
    counts_in_words,
    lines_of,
    named_work,
    outcome_lines,
    section,
    show,
)
from flows.deployment.parameters import CRONS, DeployParameters, next_begins, placed

_ID = 13
"""Characters of a run's id in lists."""


def status(*, home: Home = None, json: Json = False) -> None:
    """Show what the home holds: tables, catalogs, champion, last runs."""
    found = status_of(open_existing_home(home))
    show(found, _status_lines(found), as_json=json)


def _status_lines(found: dict[str, Any]) -> Iterator[str]:
    yield from (f"warning: {warning}" for warning in found["warnings"])
    yield from section("tables", lines_of(found["tables"]))
    catalogs = (f"{name}: {Counts(**each).in_words()}" for name, each in found["catalogs"].items())
    yield from section("catalogs", catalogs)
    accepted = (
        f"{row['catalog']}: {row['state']}: {row['reason']}; next: {row['next']}"
        for row in found["acceptance"]
    )
    title = "acceptance: catalogs in which confident predictions are accepted"
    yield from section(title, accepted)
    near = found["near_duplicates"]
    groups = [f"groups: {near['groups']}", f"artworks: {near['works']}"]
    yield from section("near-duplicates", groups)
    yield from section("models", lines_of(found["models"]))
    yield from section("runs", found["runs"])
    yield from section("checks", _checks_by_catalog(found["checks"]))


def _checks_by_catalog(checks: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the results of data checks in the last run of each catalog."""
    for name, found in checks.items():
        headline, *lines = outcome_lines(found)
        yield f"{name}: {headline} ({found['flow']} of {found['started_at']:%Y-%m-%d %H:%M})"
        yield from (f"  {line}" for line in lines)


def doctor(*, home: Home = None, json: Json = False) -> int:
    """Check the environment and the home, with advice; exit code 1 if a check failed."""
    from flows.cli.doctor import examine  # noqa: PLC0415 - takes a moment to import

    findings = examine(home)
    counted = Counter(finding.status for finding in findings)
    counts = {each: counted[each] for each in (OK, WARNING, FAILED)}
    lines = []
    for finding in findings:
        lines.append(f"{finding.status:7} {finding.check:18} {finding.found}")
        if finding.advice:
            lines.append(f"{'':26} {finding.advice}")
    lines.append(", ".join(f"{count} {status}" for status, count in counts.items()))
    show({"checks": [asdict(finding) for finding in findings], **counts}, lines, as_json=json)
    return int(counts[FAILED] > 0)


def repair(*, home: Home = None, json: Json = False) -> None:
    """Repair what doctor finds damaged: tables, prepared images, published files."""
    store = preflight.check_changeable(home)
    done = repair_home(store)
    show({"home": store.uri, **done}, _repair_lines(store.uri, done), as_json=json)


def _repair_lines(home: str, done: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was repaired, what is lost, and how to restore the rest."""
    yield from (f"table {table} {repaired}" for table, repaired in done["tables"].items())
    if done["published"]:
        yield f"published again: {', '.join(done['published'])}"
    for catalog in done["to_prepare"]:
        yield (
            f"prepared images of {catalog} are lost: run `artcat nightly` or `artcat ingest` with "
            f"`--home {home} --name {catalog}` and the `--catalog` and `--source` that it came from"
        )
    if not any(done.values()):
        yield "nothing to repair; run `artcat doctor` for other problems"


def report(
    *,
    run: Annotated[str | None, Parameter(help="Run to report on; default: the collection.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the page about the collection, or about one run; nights write both."""
    from reports.collection.content import gather  # noqa: PLC0415
    from reports.collection.page import write_collection, write_run  # noqa: PLC0415

    store = open_existing_home(home)
    if run is None:
        page = write_collection(store)
    else:
        found = row_of(store, run)
        page = write_run(store, gather(store, found["catalog"], found["run_id"]))
    show({"page": page}, [f"open {page}"], as_json=json)


def changes(
    *,
    home: Home = None,
    run: Annotated[
        str | None, Parameter(help="Id of the run; default: the last run with changes.")
    ] = None,
    json: Json = False,
) -> None:
    """Show which artworks the last run changed, and why."""
    found = changed_in_run(open_existing_home(home), run)
    lines = (f"{_changed(work)}: {named_work(work)}" for work in found)
    show({"changes": found}, lines if found else ["no artwork has changed"], as_json=json)


def _changed(work: dict[str, Any]) -> str:
    return f"{work['kind']:8} {work['artwork_id']} ({'; '.join(work['reasons'])})"


def runs_list(
    *,
    last: Annotated[int, Parameter(help="How many.", validator=Number(gte=1, lte=100_000))] = 20,
    flow: Annotated[str | None, Parameter(help="Only runs of this flow, such as nightly.")] = None,
    status: Annotated[
        str | None, Parameter(help="Only runs with this status: completed, failed.")
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show the last runs: time, flow, status, number of changed artworks."""
    runs = history.recent(open_existing_home(home), last, flow, status)
    lines = [f"{'run':{_ID}} {'started':16} {'seconds':>7} {'flow':9} {'catalog':12} status"]
    for run in runs:
        summary = one_line(run["error"] or counts_in_words(run["changes"]))
        # Unknown for a run that was killed or has not ended
        seconds = "" if run["seconds"] is None else f"{run['seconds']:.0f}"
        line = (
            f"{run['run_id'][:_ID]:{_ID}} {run['started_at']:%Y-%m-%d %H:%M} {seconds:>7} "
            f"{run['flow']:9} {run['catalog'] or '':12} {run['status']}  {summary}"
        )
        lines.append(line.rstrip())
    show({"runs": runs}, lines if runs else ["no matching runs"], as_json=json)


def runs_show(
    run: Annotated[str, Parameter(help="Id of a run, or its beginning.")],
    *,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show one run: counts, seconds per step, checks, table versions, changes."""
    found = history.find(open_existing_home(home), run)
    show(found, _run_lines(found), as_json=json)


def _run_lines(found: dict[str, Any]) -> Iterator[str]:
    run, changes = found["run"], found["changes"]
    ended = f"{run['ended_at']:%Y-%m-%d %H:%M:%S}" if run["ended_at"] else "end not recorded"
    what = " ".join(filter(None, (run["flow"], run["catalog"], run["status"])))
    when = f"{run['started_at']:%Y-%m-%d %H:%M:%S} to {ended}"
    yield from section(f"run {run['run_id']}", [what, when])
    if run["error"]:
        yield from section("error", [one_line(run["error"])])
    seconds = (f"{step} {spent:.1f}" for step, spent in found["seconds"].items())
    yield from section("seconds", seconds)
    # Those that fit on a line; the JSON has all
    counts = {n: v for n, v in found["counts"].items() if v != {} and not isinstance(v, list)}
    yield from section("counts", lines_of(counts))
    yield from section("checks", checks_lines(found["checks"]))
    before = found["versions_before"]
    versions = (
        f"{name} {version}"
        if before.get(name) == version
        else f"{name} {before.get(name, 'none')} -> {version}"
        for name, version in found["versions_after"].items()
    )
    yield from section("table versions", versions)
    if not changes["counts"]:
        yield "no artwork changed"
        return
    changed = counts_in_words(changes["counts"])
    yield f"changes: {changed}; label and prediction differ for {changes['disagreeing']:,}"
    reasons = (f"{row['works']:6} {row['reason']}" for row in changes["reasons"])
    yield from section("reasons", reasons)
    styles = (
        f"{row['works']:6} {row['style_before'] or 'none'} -> {row['style_after'] or 'none'}"
        for row in changes["styles"]
    )
    yield from section("styles", styles)
    examples = (f"{_changed(row)}: {one_line(named_work(row))}" for row in changes["examples"])
    yield from section("examples", examples)


def tables_list(*, home: Home = None, json: Json = False) -> None:
    """Show each table: rows, version, size, last change, schema version."""
    store = open_existing_home(home)
    found = table_versions.overview(store)
    show({"home": store.uri, "tables": found}, _table_lines(found), as_json=json)


def _table_lines(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield (
        f"{'table':12} {'rows':>10} {'version':>7} {'MB':>9} {'files':>5} {'last change':16} schema"
    )
    for row in found:
        version = row["schema_version"]
        if not is_current(version):
            version += f", of a different artcat version: this one uses {SCHEMA_VERSION}"
        yield (
            f"{row['table']:12} {row['rows']:10,} {row['version']:7} {row['bytes'] / 1e6:9,.1f} "
            f"{row['files']:5} {row['changed_at']:%Y-%m-%d %H:%M} {version}"
        )


def tables_history(
    table: Annotated[str, Parameter(help="Name of the table, such as enriched.")],
    *,
    last: Annotated[
        int | None, Parameter(help="Number of versions; default: all.", validator=Number(gte=1))
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show the versions of a table: time, operation, rows, run."""
    found = table_versions.history(open_existing_home(home), table, last)
    show({"table": table, "versions": found}, _version_lines(found), as_json=json)


def _version_lines(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    kinds = ("inserted", "updated", "deleted")
    heads = " ".join(f"{kind:>9}" for kind in kinds)
    yield f"{'version':>7} {'at':19} {'operation':17} {heads} run"
    for row in found:
        counts = " ".join(f"{'' if row[kind] is None else f'{row[kind]:,}':>9}" for kind in kinds)
        runs = " or ".join(f"{run['run_id'][:_ID]} ({run['flow']})" for run in row["runs"])
        at = f"{row['at']:%Y-%m-%d %H:%M:%S}"
        yield f"{row['version']:7} {at} {row['operation']:17} {counts} {runs}".rstrip()


def deploy(
    *, parameters: Annotated[DeployParameters, Parameter(name="*")], json: Json = False
) -> None:
    """Make deployments, schedules, limits and alerts on the configured Prefect server."""
    from flows.deployment.server import configured_server  # noqa: PLC0415 - takes seconds to import

    given = placed(parameters)
    with configured_server() as client:
        from flows.deployment.apply import deploy_all  # noqa: PLC0415

        changes = deploy_all(client, given)
    done = Counter[str](change.done for change in changes)
    begins = {
        flow: [f"{time:%a %Y-%m-%d %H:%M %Z}" for time in next_begins(field, cron, given.timezone)]
        for flow, field in CRONS.items()
        if (cron := getattr(given, field))
    }
    on_gpu = "-gpu" if given.gpus else ""
    left_to_do = [
        f"start a worker: prefect worker start --pool {given.work_pool}{on_gpu}",
        f"run it now: prefect deployment run nightly/{given.name}{on_gpu}",
    ]
    if "://" not in given.catalog and not Path(given.catalog).exists():
        left_to_do.append(
            f"{given.catalog} is not on this machine: it must exist on the worker's machine"
        )
    lines = [
        f"{change.done:9} {change.kind} {change.name}{f': {change.what}' if change.what else ''}"
        for change in changes
        if change.done != "unchanged"
    ]
    if same := done["unchanged"]:
        lines.append(f"{same} unchanged")
    lines += [f"next runs of {flow}: {', '.join(at)}" for flow, at in begins.items()]
    result = {"changes": [asdict(change) for change in changes], "counts": dict(done)}
    result |= {"begins": begins, "next": left_to_do}
    show(result, [*lines, *left_to_do], as_json=json)

"""Commands that run flows: check the input, run the flow, print the result."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from catalog.base.errors import SourceError
from catalog.health.finding import FAILED
from catalog.sources.parameters import (
    GivenFacts,
    HomeParameters,
    IngestParameters,
    MaintainParameters,
    RestoreParameters,
)
from catalog.storage.homes import open_existing_home
from flows import preflight
from flows.cli import output
from flows.cli.output import say_json
from models.parameters import (
    CompareParameters,
    DemoParameters,
    EnrichParameters,
    EvaluateParameters,
    NightlyParameters,
    ReproduceParameters,
    TrainParameters,
    TuneParameters,
    ingest_parameters,
)

if TYPE_CHECKING:
    from pyarrow import Table
    from pydantic import BaseModel

    from catalog.base.results import RunResult
    from catalog.runs.record import Run
    from flows.results import NightlyResult

Json = Annotated[bool, Parameter(help="Print one JSON object as the last line of standard output.")]
AllowFiles = Annotated[
    bool,
    Parameter(negative="", help="Let SQL read files of this machine, not only those of the home."),
]
_Flat = Parameter(name="*")


def demo(*, parameters: Annotated[DemoParameters, _Flat] | None = None, json: Json = False) -> None:
    """Make a small sample catalog and run everything on it."""
    parameters = parameters or DemoParameters()
    preflight.check_home(parameters.home)
    preflight.check_model(parameters)
    _show_night("demo", _run("demo", parameters), parameters.home, as_json=json)


def sample(
    folder: Annotated[Path, Parameter(help="The folder to create, in the layout historic-art.")],
    *,
    images: Annotated[int, Parameter(help="Number of artworks.")] = 660,
    json: Json = False,
) -> None:
    """Paint a small sample catalog to try artcat on."""
    from sample import make_sample  # noqa: PLC0415

    report = make_sample(folder, images=images)
    if json:
        output.say_json({"folder": str(folder), **asdict(report)})
    else:
        output.say(f"{folder}: {report.works} artworks, {report.images} images")


def nightly(*, parameters: Annotated[NightlyParameters, _Flat], json: Json = False) -> int:
    """Run everything: ingest, train if there is no champion, evaluate, enrich, publish."""
    preflight.check_home(parameters.home)
    preflight.check_catalog(parameters)
    preflight.check_model(parameters)
    preflight.check_templates()
    return _show_night("nightly", _run("nightly", parameters), parameters.home, as_json=json)


def ingest(*, parameters: Annotated[IngestParameters, _Flat], json: Json = False) -> None:
    """Read a catalog's rows and images into the home."""
    preflight.check_home(parameters.home)
    preflight.check_catalog(parameters)
    _show("ingest", _run("ingest", parameters), as_json=json)


def train(
    *, parameters: Annotated[TrainParameters, _Flat] | None = None, json: Json = False
) -> int:
    """Train the baseline CNN and CLIP, or every method, on the home's labelled works."""
    parameters = parameters or TrainParameters()
    preflight.check_changeable(parameters.home)
    preflight.check_model(parameters)
    preflight.check_settings(parameters)
    return _show("train", _run("train", parameters), as_json=json)


def tune(*, parameters: Annotated[TuneParameters, _Flat] | None = None, json: Json = False) -> None:
    """Search for the best configuration of CLIP or the CNN; train and measure it."""
    parameters = parameters or TuneParameters()
    preflight.check_changeable(parameters.home)
    preflight.check_model(parameters)
    preflight.check_search(parameters)
    _show("tune", _run("tune", parameters), as_json=json)


def compare(
    *, parameters: Annotated[CompareParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Train methods and settings with several seeds each, and report the differences."""
    parameters = parameters or CompareParameters()
    preflight.check_changeable(parameters.home)
    preflight.check_model(parameters)
    preflight.check_variants(parameters)
    _show("compare", _run("compare", parameters), as_json=json)


def reproduce(
    what: Annotated[
        Literal["six-styles"], Parameter(help="Which published results to reproduce.")
    ] = "six-styles",
    *,
    parameters: Annotated[ReproduceParameters, _Flat],
    json: Json = False,
) -> None:
    """Ingest the historic-art set and fill the student project's table: six styles."""
    preflight.check_home(parameters.home)
    preflight.check_model(parameters)
    preflight.check_settings(parameters)
    preflight.check_catalog(ingest_parameters(parameters))
    _show(f"reproduce {what}", _run("reproduce", parameters), as_json=json)


def evaluate(
    *, parameters: Annotated[EvaluateParameters, _Flat] | None = None, json: Json = False
) -> int:
    """Measure the models that were not measured yet; promote the best one."""
    parameters = parameters or EvaluateParameters()
    preflight.check_changeable(parameters.home)
    return _show("evaluate", _run("evaluate", parameters), as_json=json)


def enrich(
    *,
    parameters: Annotated[EnrichParameters, _Flat] | None = None,
    plan: Annotated[bool, Parameter(negative="", help="Show what would be done, and why.")] = False,
    json: Json = False,
) -> int:
    """Predict and describe new and changed artworks."""
    parameters = parameters or EnrichParameters()
    preflight.check_templates()
    if plan:
        from models.enrichment.planning import plan_next_run  # noqa: PLC0415

        home = open_existing_home(parameters.home)
        output.show_plan(plan_next_run(home, parameters.name), as_json=json)
        return 0
    preflight.check_changeable(parameters.home)
    return _show("enrich", _run("enrich", parameters), as_json=json)


def maintain(
    *, parameters: Annotated[MaintainParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Compact tables, and remove unreferenced files."""
    parameters = parameters or MaintainParameters()
    check = open_existing_home if parameters.dry_run else preflight.check_changeable
    check(parameters.home)
    _show("maintain", _run("maintain", parameters), as_json=json)


def restore(*, parameters: Annotated[RestoreParameters, _Flat], json: Json = False) -> None:
    """Restore the tables to the versions that a run left; this can be undone."""
    from catalog.runs.restore import restoration  # noqa: PLC0415

    restoration(open_existing_home(parameters.home), parameters)
    _show("restore", _run("restore", parameters), as_json=json)


def classify(
    images: Annotated[
        list[Path], Parameter(help="Image files, or folders of them.", consume_multiple=True)
    ],
    *,
    given: Annotated[GivenFacts, _Flat] | None = None,
    facts: Annotated[
        str | None, Parameter(help="CSV with facts about the images, matched by file name.")
    ] = None,
    source: Annotated[
        str, Parameter(help="Layout of that CSV: historic-art, wga-catalog or a mapping (.toml).")
    ] = "historic-art",
    parameters: Annotated[HomeParameters, _Flat] | None = None,
    json: Json = False,
) -> None:
    """Predict the style of image files from the image and from facts given with it."""
    from tqdm import tqdm  # noqa: PLC0415

    from models.enrichment.classify import classify_files, image_files  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    files = image_files(images)
    known = _facts(given, facts, source)
    with tqdm(total=len(files), desc="classify", unit="image", disable=None) as bar:
        found = classify_files(home, files, known, bar.update)
        output.show_classified(found, as_json=json)


def _facts(
    given: GivenFacts | None, file: str | None, source: str
) -> Mapping[str, Table] | Table | None:
    """Normalise the facts that came with a command.

    Raises:
        SourceError: for facts given in two ways, or a fact that cannot be read.
    """
    from catalog.ingestion.given_facts import normalise_facts, read_facts  # noqa: PLC0415

    options = given is not None and any(given.model_dump().values())
    if options and file is not None:
        raise SourceError("give facts as options for all images, or --facts FILE, not both")
    if file is not None:
        return read_facts(source, file)
    if given is None or not options:
        return None
    rows, problems = normalise_facts(given)
    if problems:
        name, reason = next(iter(problems.items()))
        raise SourceError(f"--{name}: {reason}")
    return rows


def query(
    sql: Annotated[str, Parameter(help="A query in DuckDB's SQL.")],
    *,
    parameters: Annotated[HomeParameters, _Flat] | None = None,
    format: Annotated[
        Literal["table", "csv", "json"] | None,
        Parameter(help="Output format; default: by the suffix of --output, or a table."),
    ] = None,
    output: Annotated[
        Path | None,
        Parameter(help="Write rows to this file, outside the home; an existing one is replaced."),
    ] = None,
    allow_files: AllowFiles = False,
    json: Json = False,
) -> None:
    """Query the tables in SQL."""
    from catalog.publishing.query_results import format_of, written  # noqa: PLC0415
    from catalog.storage import duck, sql_sandbox  # noqa: PLC0415
    from catalog.storage.store import check_outside, write_whole  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    with duck.locked(home, allow_files=allow_files) as connection:
        answer = sql_sandbox.last_answer(connection, sql)
        if output is not None:
            check_outside(home, output)
            write_whole(output, written(answer, format_of(format, output)))
        else:
            form = "object" if json else format_of(format)
            sys.stdout.writelines(written(answer, form))
    if output is not None and json:
        say_json({"file": str(output)})


def status(
    *, parameters: Annotated[HomeParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Show what the home holds: tables, catalogs, champion, last runs."""
    from catalog.health.status import status_of  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    output.show_status(status_of(home), as_json=json)


def doctor(
    *, parameters: Annotated[HomeParameters, _Flat] | None = None, json: Json = False
) -> int:
    """Check the environment and the home, with advice; exit code 1 if a check failed."""
    from flows.cli.doctor import examine  # noqa: PLC0415 - takes a moment to import

    findings = examine((parameters or HomeParameters()).home)
    output.show_findings(findings, as_json=json)
    return int(any(finding.status == FAILED for finding in findings))


def repair(
    *, parameters: Annotated[HomeParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Repair what doctor finds damaged: tables, prepared images, published files."""
    from catalog.health.tables import repair_home  # noqa: PLC0415 - takes a moment to import

    home = preflight.check_changeable((parameters or HomeParameters()).home)
    output.show_repair(home.uri, repair_home(home), as_json=json)


def report(
    *,
    run: Annotated[str | None, Parameter(help="Run to report on; default: the collection.")] = None,
    parameters: Annotated[HomeParameters, _Flat] | None = None,
    json: Json = False,
) -> None:
    """Write the page about the collection, or about one run; nights write both."""
    from catalog.runs.history import row_of  # noqa: PLC0415
    from reports.collection.content import gather  # noqa: PLC0415
    from reports.collection.page import write_collection, write_run  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    if run is None:
        page = write_collection(home)
    else:
        found = row_of(home, run)
        page = write_run(home, gather(home, found["catalog"], found["run_id"]))
    if json:
        output.say_json({"page": page})
    else:
        output.say(f"open {page}")


def changes(
    *,
    parameters: Annotated[HomeParameters, _Flat] | None = None,
    run: Annotated[
        str | None, Parameter(help="Id of the run; default: the last run with changes.")
    ] = None,
    json: Json = False,
) -> None:
    """Show which artworks the last run changed, and why."""
    from catalog.runs.history import changed_in_run  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    output.show_changes(changed_in_run(home, run), as_json=json)


def _show_night(command: str, run: Run[NightlyResult], home: str | None, *, as_json: bool) -> int:
    """Print the result of a night; exit code as for `_show`."""
    from flows.cli.night_output import show_night  # noqa: PLC0415 - only nights need it

    show_night(command, run, home, as_json=as_json)
    return _exit_code(run.result)


def _show(command: str, run: Run[RunResult], *, as_json: bool) -> int:
    """Print a run's result; exit code 1 if models were trained, and none of them can predict."""
    from flows.cli.result_output import show_run  # noqa: PLC0415 - takes a moment to import

    show_run(command, run, as_json=as_json)
    return _exit_code(run.result)


def _exit_code(result: RunResult) -> int:
    from catalog.enrichment.champions import ChampionState  # noqa: PLC0415 - takes a moment

    return int(isinstance(result, ChampionState) and result.unused_models > 0)


def _run(name: str, parameters: BaseModel) -> Run[Any]:
    from flows.cli.launch import launch  # noqa: PLC0415 - takes a moment to import

    return launch(name, parameters)

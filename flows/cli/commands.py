"""Commands that run flows: check the input, run the flow, print the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from catalog.sources.parameters import IngestParameters, MaintainParameters, RestoreParameters
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows import preflight
from flows.cli.output import Json, lines_of, section, show
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
    from catalog.sources.parameters import HomeParameters

_Flat = Parameter(name="*")


def demo(*, parameters: Annotated[DemoParameters, _Flat] | None = None, json: Json = False) -> None:
    """Make a small sample catalog and run everything on it."""
    checks = (preflight.check_home, preflight.check_model)
    _run("demo", parameters or DemoParameters(), *checks, as_json=json)


def sample(
    folder: Annotated[Path, Parameter(help="The folder to create, in the layout historic-art.")],
    *,
    images: Annotated[int, Parameter(help="Number of artworks.")] = 660,
    json: Json = False,
) -> None:
    """Paint a small sample catalog to try artcat on."""
    from sample import make_sample  # noqa: PLC0415

    made = make_sample(folder, images=images)
    line = f"{folder}: {made.works} artworks, {made.images} images"
    show({"folder": str(folder), **asdict(made)}, [line], as_json=json)


def nightly(*, parameters: Annotated[NightlyParameters, _Flat], json: Json = False) -> int:
    """Run everything: ingest, train if there is no champion, evaluate, enrich, publish."""
    preflight.check_templates()
    checks = (preflight.check_home, preflight.check_catalog, preflight.check_model)
    return _run("nightly", parameters, *checks, as_json=json)


def ingest(*, parameters: Annotated[IngestParameters, _Flat], json: Json = False) -> None:
    """Read a catalog's rows and images into the home."""
    _run("ingest", parameters, preflight.check_home, preflight.check_catalog, as_json=json)


def train(
    *, parameters: Annotated[TrainParameters, _Flat] | None = None, json: Json = False
) -> int:
    """Train the baseline CNN and CLIP, or every method, on the home's labelled works."""
    checks = (preflight.check_changeable, preflight.check_model, preflight.check_settings)
    return _run("train", parameters or TrainParameters(), *checks, as_json=json)


def tune(*, parameters: Annotated[TuneParameters, _Flat] | None = None, json: Json = False) -> None:
    """Search for the best configuration of CLIP or the CNN; train and measure it."""
    checks = (preflight.check_changeable, preflight.check_model, preflight.check_search)
    _run("tune", parameters or TuneParameters(), *checks, as_json=json)


def compare(
    *, parameters: Annotated[CompareParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Train methods and settings with several seeds each, and report the differences."""
    checks = (preflight.check_changeable, preflight.check_model, preflight.check_variants)
    _run("compare", parameters or CompareParameters(), *checks, as_json=json)


def reproduce(
    what: Annotated[
        Literal["six-styles"], Parameter(help="Which published results to reproduce.")
    ] = "six-styles",
    *,
    parameters: Annotated[ReproduceParameters, _Flat],
    json: Json = False,
) -> None:
    """Ingest the historic-art set and fill the student project's table: six styles."""
    preflight.check_catalog(ingest_parameters(parameters))
    checks = (preflight.check_home, preflight.check_model, preflight.check_settings)
    _run("reproduce", parameters, *checks, as_json=json, title=f"reproduce {what}")


def evaluate(
    *, parameters: Annotated[EvaluateParameters, _Flat] | None = None, json: Json = False
) -> int:
    """Measure the models that were not measured yet; promote the best one."""
    return _run(
        "evaluate", parameters or EvaluateParameters(), preflight.check_changeable, as_json=json
    )


def enrich(
    *,
    parameters: Annotated[EnrichParameters, _Flat] | None = None,
    plan: Annotated[bool, Parameter(negative="", help="Show what would be done, and why.")] = False,
    json: Json = False,
) -> int:
    """Predict and describe new and changed artworks."""
    parameters = parameters or EnrichParameters()
    preflight.check_templates()
    if not plan:
        return _run("enrich", parameters, preflight.check_changeable, as_json=json)
    from models.enrichment.planning import plan_next_run  # noqa: PLC0415

    found = plan_next_run(open_existing_home(parameters.home), parameters.name)
    descriptions = [f"descriptions: {found['to_describe']['works']}"]
    lines = [
        *section("images to embed", lines_of(found["to_embed"])),
        *section("artworks to predict", lines_of(found["to_predict"])),
        *section("descriptions to write", descriptions),
    ]
    show(found, lines, as_json=json)
    return 0


def maintain(
    *, parameters: Annotated[MaintainParameters, _Flat] | None = None, json: Json = False
) -> None:
    """Compact tables, and remove unreferenced files."""
    parameters = parameters or MaintainParameters()
    check = open_existing_home if parameters.dry_run else preflight.check_changeable
    _run("maintain", parameters, check, as_json=json)


def restore(*, parameters: Annotated[RestoreParameters, _Flat], json: Json = False) -> None:
    """Restore the tables to the versions that a run left; this can be undone."""
    from catalog.runs.restore import restoration  # noqa: PLC0415

    restoration(open_existing_home(parameters.home), parameters)
    _run("restore", parameters, open_existing_home, as_json=json)


def _run(
    name: str,
    parameters: HomeParameters,
    check_home: Callable[[str | None], Store],
    *checks: Callable[[Any], None],
    as_json: bool,
    title: str | None = None,
) -> int:
    """Check the home and the parameters, run a flow and print its result.

    Returns 1 if there are models and none can predict.
    """
    check_home(parameters.home)
    for check in checks:
        check(parameters)
    # These take a moment to import
    from catalog.enrichment.champions import ChampionState  # noqa: PLC0415
    from flows.cli.launch import launch  # noqa: PLC0415
    from flows.cli.run_output import night_lines, run_lines  # noqa: PLC0415
    from flows.results import NightlyResult  # noqa: PLC0415

    run = launch(name, parameters)
    is_night = isinstance(run.result, NightlyResult)
    lines = night_lines(name, run, parameters.home) if is_night else run_lines(title or name, run)
    show(run.summary(), lines, as_json=as_json)
    return int(isinstance(run.result, ChampionState) and run.result.unused_models > 0)

"""Commands of `artcat runs`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.runs import history
from catalog.sources.parameters import HomeParameters
from catalog.storage.homes import open_existing_home
from flows.cli import run_output
from flows.cli.commands import Json

_Home = Annotated[HomeParameters | None, Parameter(name="*")]


def runs_list(
    *,
    last: Annotated[int, Parameter(help="How many.", validator=Number(gte=1, lte=100_000))] = 20,
    flow: Annotated[str | None, Parameter(help="Only runs of this flow, such as nightly.")] = None,
    status: Annotated[
        str | None, Parameter(help="Only runs with this status: completed, failed.")
    ] = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show the last runs: time, flow, status, number of changed artworks."""
    home = open_existing_home((parameters or HomeParameters()).home)
    run_output.show_list(history.recent(home, last, flow, status), as_json=json)


def runs_show(
    run: Annotated[str, Parameter(help="Id of a run, or its beginning.")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show one run: counts, seconds per step, checks, table versions, changes."""
    home = open_existing_home((parameters or HomeParameters()).home)
    run_output.show_run(history.find(home, run), as_json=json)

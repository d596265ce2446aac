"""What each command of `artcat runs` does: find the runs, print."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog import run_history
from catalog.parameters import HomeParameters
from flows import preflight, run_output
from flows.commands import Json

_Home = Annotated[HomeParameters | None, Parameter(name="*")]


def runs_list(
    *,
    last: Annotated[int, Parameter(help="How many.", validator=Number(gte=1, lte=100_000))] = 20,
    flow: Annotated[str | None, Parameter(help="Of this flow only, such as nightly.")] = None,
    status: Annotated[str | None, Parameter(help="Only those: completed, failed.")] = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show the last runs: when, of what, how they ended, how many works changed."""
    home = preflight.check_ingested((parameters or HomeParameters()).home)
    run_output.show_list(run_history.recent(home, last, flow, status), as_json=json)


def runs_show(
    run: Annotated[str, Parameter(help="Id of a run, or its beginning.")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show one run: what it did, its steps' seconds, checks, table versions, what it changed."""
    home = preflight.check_ingested((parameters or HomeParameters()).home)
    run_output.show_run(run_history.find(home, run), as_json=json)

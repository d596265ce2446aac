"""The nightly run on a small sample catalog that artcat paints itself.

Run: artcat demo --home artcat-home
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from catalog.homes import open_home, settings
from catalog.runs import recorded
from catalog.sample import make_sample
from flows.nightly import nightly_steps
from flows.quiet import run_id
from models.leaderboard import leaderboard
from models.parameters import DemoParameters, NightlyParameters

CATALOG_NAME = "sample"


@flow(name="demo")
def demo(parameters: DemoParameters) -> dict[str, Any]:
    """Make the sample, run the nightly steps on it; returns what `nightly` does."""
    home = open_home(parameters.home)
    with recorded(home, "demo", CATALOG_NAME, run_id()) as run:
        with run.step("sample"):
            folder = settings().cache.expanduser() / f"sample-{parameters.images}"
            make_sample(folder, images=parameters.images)
        given = parameters.model_dump(exclude={"images"})
        nightly_steps(run, home, NightlyParameters(catalog=str(folder), name=CATALOG_NAME, **given))
    return {**run.summary(), "leaderboard": leaderboard(home)}

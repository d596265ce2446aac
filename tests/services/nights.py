"""Nights that a worker runs, and what must be true of the homes that they leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.drills.catalogs import NAME
from tests.drills.homes import check_equal, check_keys, has_begun, state_of
from tests.services.prefect_server import LONGEST, PrefectServer
from tests.services.processes import wait_until

SHARDS = {"ARTCAT_SHARD_WORKS": "16"}


@dataclass(frozen=True)
class Nights:
    """One deployment of the nightly flow."""

    server: PrefectServer
    deployment: str
    catalog: Path

    def start(self, home: str) -> str:
        """Start a night of a home by hand; the id of its run."""
        return self.server.start_run(self.deployment, told(self.catalog, home))

    def reach(self, home: str, step: str) -> str:
        """Start a night and wait until it has written the first thing of a step."""
        before = state_of(home)
        run_id = self.start(home)
        self.server.wait_for(run_id, "RUNNING")
        wait_until(f"the night reaches {step}", lambda: has_begun(home, before, step), LONGEST)
        return run_id

    def finish(self, home: str) -> str:
        """A night that must end well."""
        run_id = self.start(home)
        self.server.wait_for(run_id, "COMPLETED")
        return run_id

    def finish_like(self, home: str, reference: str) -> None:
        """The next night ends well, and the home is like one whose nights were left alone."""
        self.finish(home)
        check_keys(home)
        assert check_equal(home, reference) >= 60


def told(catalog: Path, home: str | None = None) -> dict[str, Any]:
    """What the nightly flow is told; without a home, the worker's own."""
    given = {"catalog": str(catalog), "name": NAME, "preset": "quick"}
    return {"parameters": given if home is None else {**given, "home": home}}

"""Nights run by a worker, and checks of the resulting homes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.storage.store import open_store
from tests.drills.catalogs import NAME
from tests.drills.homes import check_equal, check_keys
from tests.services.prefect_server import LONGEST, PrefectServer
from tests.services.processes import wait_until

SHARDS = {"ARTCAT_SHARD_WORKS": "16"}

WRITTEN = {"ingest": "tables/artworks", "images": "shards", "embed": "tables/embeddings"}
"""Where steps write first."""


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
        """Start the first night of a home and wait until it has written something in a step."""
        run_id = self.start(home)
        self.server.wait_for(run_id, "RUNNING")
        wait_written(home, step)
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


def wait_written(home: str, step: str) -> None:
    """Wait until the first night of a home has written something in a step.

    One listing: to look at every table, as the drills do, takes half a second of a core.
    """
    store = open_store(home)
    wait_until(
        f"a night reaches {step}",
        lambda: next(store.list(WRITTEN[step]), None) is not None,
        LONGEST,
    )


def told(catalog: Path, home: str) -> dict[str, Any]:
    """What the nightly flow is told."""
    return {"parameters": {"catalog": str(catalog), "name": NAME, "preset": "quick", "home": home}}

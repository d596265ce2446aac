"""The flow `ingest`: rows to tables, images to shards, artworks to splits.

Run: artcat ingest --catalog FOLDER --home artcat-home
"""

from __future__ import annotations

import logging
from collections import Counter

from catalog.base.log_lines import fields
from catalog.datasets.splits import basis
from catalog.images.near_duplicates import placeholders_of
from catalog.images.prepare import images_by_status
from catalog.runs.history import last_splits_basis
from catalog.runs.record import Run, recorded
from catalog.sources import catalog_name
from catalog.sources.parameters import IngestParameters
from catalog.storage.homes import open_home_store, settings
from catalog.storage.store import Store
from flows.results import IngestResult
from tasks.housekeeping import check_table
from tasks.ingestion import (
    ingest_catalog,
    plan_images,
    prepare_images,
    record_missing_images,
    update_splits,
)
from tasks.prefect_run import run_id

_LOG = logging.getLogger("artcat.shards")


def ingest(parameters: IngestParameters) -> Run[IngestResult]:
    """Update the home from a catalog; returns counts of its rows and images."""
    home = open_home_store(parameters.home)
    name = catalog_name(parameters)
    with recorded(home, "ingest", IngestResult(), name, run_id()) as run:
        ingest_steps(run, home, name, parameters)
    return run


def ingest_steps(
    run: Run[IngestResult], home: Store, name: str, parameters: IngestParameters
) -> None:
    """Run the steps of ingestion, also within `nightly`."""
    result = run.result
    source = IngestParameters.model_validate(
        {field: getattr(parameters, field) for field in IngestParameters.model_fields}
    )
    with run.step("ingest"):
        result.update_from(ingest_catalog(home.uri, name, source))
    with run.step("images"):
        plan = plan_images(home.uri, name, source)
        record_missing_images(home.uri, plan)
        size = settings().shard_works
        chunks = [list(plan.to_read[i : i + size]) for i in range(0, len(plan.to_read), size)]
        done: Counter[str] = Counter()
        # One shard after another: each uses all threads itself.
        for number, chunk in enumerate(chunks, 1):
            read = prepare_images(home.uri, name, source, chunk, settings().threads)
            done.update(read)
            about = fields(part=number, parts=len(chunks), count=len(chunk), images=read)
            _LOG.info("images: %d of %d parts read", number, len(chunks), extra=about)
        result.images_read = sum(done.values()) - done["missing"] - done["unchanged"]
        result.orphans = len(plan.orphans)
    with run.step("splits"):
        if basis(home) != last_splits_basis(home):
            update_splits(home.uri)
        result.splits_basis = basis(home)
        # Placeholders are known only now
        result.images = images_by_status(home, name)
        result.placeholders = placeholders_of(home, name)
        result.checks += [*plan.checks, *check_table(home.uri, "images", name)]

"""Steps of ingestion: rows to tables, images to shards, works to splits."""

from __future__ import annotations

import pyarrow as pa
from tqdm import tqdm

from catalog.datasets import splits
from catalog.datasets.dataset import DATASETS, DatasetName
from catalog.images import comparison, prepare
from catalog.images.prepare import ImagePlan, ImageToRead
from catalog.ingestion import ingest
from catalog.ingestion.ingest import IngestReport
from catalog.sources import open_images_of, open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage.store import open_store
from tasks.task import task


@task
def ingest_catalog(home: str, name: str, parameters: IngestParameters) -> IngestReport:
    """Update the tables from a catalog's rows; return counts by outcome."""
    store, source = open_store(home), open_source(parameters)
    allow_shrink = parameters.allow_shrink
    with open_images_of(parameters) as images:

        def check(artworks: pa.Table) -> None:
            if not allow_shrink:
                comparison.refuse_vanished(store, images, name, artworks)

        return ingest.ingest(store, source, name, allow_shrink=allow_shrink, check_artworks=check)


@task
def plan_images(home: str, name: str, parameters: IngestParameters) -> ImagePlan:
    """Find the images that are new, changed or gone, and files of no artwork."""
    with open_images_of(parameters) as images:
        return prepare.plan_images(
            open_store(home), images, name, allow_shrink=parameters.allow_shrink
        )


@task
def record_missing_images(home: str, plan: ImagePlan) -> int:
    """Record all missing images; return how many."""
    return prepare.record_missing(open_store(home), plan)


@task
def prepare_images(
    home: str, name: str, parameters: IngestParameters, images: list[ImageToRead], threads: int
) -> dict[str, int]:
    """Read, check and prepare one shard of images; return counts by status."""
    with (
        open_images_of(parameters) as source,
        tqdm(total=len(images), desc="prepare images", unit="image", disable=None) as bar,
    ):
        return prepare.prepare_shard(
            open_store(home),
            source,
            name,
            images,
            threads=threads,
            progress=bar.update,
            allow_shrink=parameters.allow_shrink,
        )


@task
def update_splits(home: str, dataset: DatasetName = "all-periods") -> int:
    """Assign new artworks to parts in each scheme; return how many rows were written."""
    return splits.update_splits(open_store(home), DATASETS[dataset])


@task
def dropped_works(home: str, dataset: DatasetName = "all-periods") -> dict[str, int]:
    """Count the artworks excluded from training, by reason."""
    return splits.dropped(open_store(home), DATASETS[dataset])

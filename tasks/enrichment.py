"""Steps of enrichment: embed, predict, find neighbours, describe.

Modules that need torch are imported where they are used: most nights need none.
"""

from __future__ import annotations

from catalog.enrichment import acceptance
from catalog.enrichment.enriched import EnrichmentScope
from catalog.enrichment.predictions import ClassifierKey
from catalog.storage.store import open_store
from models.enrichment import describing, neighbours
from models.enrichment.describing import Described
from models.enrichment.planning import ArtworkRange, ShardToEmbed
from models.versions import registry
from models.versions.serving import Serving
from tasks.gpu import gpu_slot
from tasks.task import task


@task
def embed_shard(home: str, shard: ShardToEmbed, batch_size: int) -> int:
    """Embed images of one shard; return how many were embedded."""
    from models.enrichment import loading  # noqa: PLC0415
    from models.enrichment.embeddings import embed_shard as embed  # noqa: PLC0415

    with gpu_slot():
        encoder = loading.encoder(
            home, shard.model_version, shard.number, shard.precision, batch_size
        )
        return embed(open_store(home), encoder, shard.shard, shard.images)


@task
def predict_artworks(home: str, name: str | None, serving: Serving, artworks: ArtworkRange) -> int:
    """Predict the artworks of a range from cached embeddings, facts and labels; return how many."""
    from models.enrichment import predicting  # noqa: PLC0415

    return predicting.predict_artworks(open_store(home), name, serving, artworks)


@task
def update_acceptance(home: str, name: str | None, serving: Serving) -> int:
    """Open and close catalogs by the champion's known precision; return how many changed."""
    store = open_store(home)
    scope = EnrichmentScope(name, serving.classifier_key)
    measured = registry.accepted_by_catalog(store, serving.model_version)
    return len(acceptance.update_acceptance(store, scope, serving.model_version, measured))


def forget_models() -> None:
    """Release the models that steps in this process have loaded."""
    from models.enrichment import loading  # noqa: PLC0415

    loading.forget()


@task
def update_neighbours(
    home: str, name: str | None, encoder: str | None, preprocessing: str | None
) -> int:
    """Update the neighbours of artworks of unknown artists; return how many changed."""
    return neighbours.update_neighbours(open_store(home), name, encoder, preprocessing)


@task
def describe_artworks(
    home: str, name: str | None, classifier_key: ClassifierKey | None
) -> Described:
    """Write missing descriptions, and update `enriched`; return what changed."""
    return describing.describe_artworks(open_store(home), name, classifier_key)

"""Preflight checks: fail fast, before a server or a model starts."""

from __future__ import annotations

from catalog.datasets.dataset import dataset_of
from catalog.ingestion.ingest import check_catalog_name
from catalog.sources import check_images_of, open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage.homes import open_existing_home, open_home_store
from catalog.storage.store import Store
from models.config import IMAGENET, LITE_CLIP, TINY_CLIP
from models.networks.pretrained import check, imagenet_file, local_weights
from models.parameters import (
    CompareParameters,
    LearnParameters,
    ModelParameters,
    TuneParameters,
    methods_of,
)
from models.presets import ladder_config, parse_settings


def check_home(uri: str | None) -> Store:
    """Open the home and check that it is writable. Raises StoreError."""
    home = open_home_store(uri)
    home.check_writable()
    return home


def check_changeable(uri: str | None) -> Store:
    """Open the home and check that it contains tables and is writable. Raises ArtcatError."""
    home = open_existing_home(uri)
    home.check_writable()
    return home


def check_catalog(parameters: IngestParameters) -> None:
    """Raise ArtcatError unless the catalog's files exist and have the required columns."""
    if parameters.name is not None:
        check_catalog_name(parameters.name)
    open_source(parameters).check()
    check_images_of(parameters)


def check_templates() -> None:
    """Raise ArtcatError unless the description templates are valid."""
    from models.enrichment.describing import templates  # noqa: PLC0415 - a moment to import

    templates()


def check_model(parameters: ModelParameters) -> None:
    """Raise ModelError unless the architecture exists and its weights are available."""
    if parameters.pretrained is None and parameters.model == TINY_CLIP:
        return
    if parameters.pretrained in (None, IMAGENET) and parameters.model in (None, LITE_CLIP):
        imagenet_file()
        return
    given = parse_settings(parameters.set) if isinstance(parameters, LearnParameters) else {}
    config = ladder_config(
        "zero-shot",
        parameters.preset,
        architecture=parameters.model,
        pretrained=local_weights(parameters.pretrained),
        **given,
    )
    check(config)


def check_search(parameters: TuneParameters) -> None:
    """Raise ModelError unless the scheme exists and the search space fits the kind of model."""
    from models.tuning.space import space_of  # noqa: PLC0415 - takes a second to import

    dataset_of(parameters.scheme)
    space_of(parameters, parameters.pretrained)


def check_settings(parameters: LearnParameters) -> None:
    """Raise ModelError unless the settings are known and compatible."""
    given = parse_settings(parameters.set)
    for method in methods_of(parameters):
        ladder_config(method, parameters.preset, **given)


def check_variants(parameters: CompareParameters) -> None:
    """Raise ModelError unless every variant is a method with compatible settings."""
    from models.training.repeated import parse_variant  # noqa: PLC0415 - takes a second to import

    for variant in map(parse_variant, parameters.variant):
        given = {**parse_settings(parameters.set), **variant.settings}
        ladder_config(variant.method, parameters.preset, **given)
        if variant.model or variant.pretrained:
            model = variant.model or parameters.model
            pretrained = variant.pretrained or parameters.pretrained
            check_model(parameters.model_copy(update={"model": model, "pretrained": pretrained}))

"""What a run may be told about models; flows and the command line share it."""

from __future__ import annotations

from pydantic import Field

from catalog.parameters import HomeParameters, IngestParameters, NamedCatalogParameters
from models.config import Preset


class ModelParameters(HomeParameters):
    """Which CLIP is trained beside the baseline CNN, and how long."""

    model: str | None = Field(
        None,
        description="CLIP architecture: artcat-tiny (default), or one of open_clip: ViT-B-32.",
    )
    pretrained: str | None = Field(
        None, description="Weights to start from: open_clip tag, file, or s3:// address."
    )
    preset: Preset = Field("standard", description="standard, or quick: small images, few epochs.")


class TrainParameters(ModelParameters):
    """A training run: both models, on both splits."""


class EvaluateParameters(HomeParameters):
    """An evaluation of every model that has none yet, and a promotion of the best."""


class EnrichParameters(NamedCatalogParameters):
    """Predictions and sentences for works that lack them."""

    batch_size: int = Field(64, ge=1, description="Images that go through the model at a time.")


class NightlyParameters(IngestParameters, ModelParameters):
    """Everything in one run: ingest, train if there is no champion, evaluate, enrich, publish."""

    train: bool = Field(False, description="Train again although there is a champion.")
    batch_size: int = Field(64, ge=1, description="Images that go through the model at a time.")


class DemoParameters(ModelParameters):
    """The nightly run on the built-in sample."""

    preset: Preset = Field("quick", description="standard, or quick: small images, few epochs.")
    images: int = Field(600, ge=48, le=20_000, description="Works in the sample.")

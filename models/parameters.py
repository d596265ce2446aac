"""What a run may be told about models; flows and the command line share it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from catalog.datasets import DatasetName
from catalog.parameters import HomeParameters, IngestParameters, NamedCatalogParameters
from models.config import Method, Preset


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


class LearnParameters(ModelParameters):
    """Which works are learned from, and what differs from the preset."""

    dataset: DatasetName = Field(
        "all-periods",
        description="all-periods, or six-styles: painters with over 10 works, six styles, 80/20.",
    )
    set: list[str] = Field(
        default_factory=list,
        description="Setting of the training, NAME=VALUE, such as epochs=30 or loss=clip; again "
        "for another.",
    )
    cross_validate: bool | None = Field(
        None,
        description="Calibrate out of fold; by default where a style has fewer than 30 validation "
        "works and the preset is not quick.",
    )


class TrainParameters(LearnParameters):
    """A training run: both models, or the whole ladder, on both splits."""

    ladder: bool = Field(
        False, description="Every method from the majority class up, measured as well."
    )
    method: list[Method] = Field(
        default_factory=list, description="Methods to train, instead: cnn, fine-tuned, ..."
    )


class ReproduceParameters(LearnParameters):
    """The student project's table: catalog in, leaderboard of six styles out."""

    catalog: str = Field(description="Folder or s3:// address of the historic-art set.")
    artists: str | None = Field(None, description="info_dataset.csv, if it lies elsewhere.")
    dataset: Literal["six-styles"] = Field("six-styles", description="Painters, six styles, 80/20.")


def ingest_parameters(parameters: ReproduceParameters) -> IngestParameters:
    """What is to be ingested for it."""
    return IngestParameters(
        home=parameters.home, catalog=parameters.catalog, artists=parameters.artists
    )


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

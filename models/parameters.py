"""Parameters of runs concerning models, shared by flows and the command line."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from catalog.base.errors import ModelError
from catalog.datasets.dataset import DatasetName
from catalog.sources.parameters import HomeParameters, IngestParameters, NamedCatalogParameters
from models.config import Method, Preset
from models.presets import LADDER

SpaceName = Literal["wide", "source-grid"]
PrunerName = Literal["asha", "hyperband", "none"]


class ModelParameters(HomeParameters):
    """The CLIP that embeds images and is trained, and the length of training."""

    model: str | None = Field(
        None, description="CLIP architecture: artcat-lite (default), or one of open_clip: ViT-B-32."
    )
    pretrained: str | None = Field(
        None,
        description="Weights to start from: imagenet (default, with artcat-lite), open_clip tag, "
        "file, or s3:// address.",
    )
    preset: Preset = Field("standard", description="standard, or quick: small images, few epochs.")


class LearnParameters(ModelParameters):
    """The training data, and differences from the preset."""

    dataset: DatasetName = Field(
        "all-periods",
        description="all-periods, or six-styles: painters with more than 10 artworks, six styles, "
        "80/20.",
    )
    set: list[str] = Field(
        default_factory=list,
        description="Setting of the training, NAME=VALUE, such as epochs=30 or loss=clip; "
        "repeatable.",
    )
    cross_validate: bool | None = Field(
        None,
        description="Calibrate out of fold; by default where a style has fewer than 30 "
        "validation artworks; with the quick preset only for a linear probe.",
    )


class TrainParameters(LearnParameters):
    """A training run: both models, or the whole ladder, on both splits."""

    ladder: bool = Field(
        False, description="Train and evaluate every method, from the majority-class baseline up."
    )
    method: list[Method] = Field(
        default_factory=list, description="Methods to train, instead: cnn, fine-tuned, ..."
    )
    scheme: Literal["artist", "random"] | None = Field(
        None, description="Split scheme; default: one model per scheme."
    )
    evaluate: bool = Field(
        False, description="Evaluate the models afterwards and promote the best one."
    )


USUAL: tuple[Method, ...] = ("linear-probe", "locked-image", "facts", "combined")
"""Methods trained by default: heads on a frozen image encoder, a CLIP for
search, and the combined classifier."""

IMAGELESS: tuple[Method, ...] = ("facts", "combined")
"""Methods that can be trained if no labelled artwork has an image."""


def methods_of(parameters: LearnParameters) -> tuple[Method, ...]:
    """Return the requested methods of a training run.

    Raises:
        ModelError: if they are given in two ways.
    """
    if isinstance(parameters, ReproduceParameters):
        return tuple(LADDER)
    if not isinstance(parameters, TrainParameters):
        return USUAL
    if parameters.ladder and parameters.method:
        raise ModelError("give --ladder for every method, or --method for some, not both")
    return tuple(LADDER) if parameters.ladder else tuple(parameters.method) or USUAL


class CompareParameters(LearnParameters):
    """A comparison of methods and settings, each trained with several seeds."""

    variant: list[str] = Field(
        default_factory=lambda: ["fine-tuned", "cnn"],
        description="A method and its settings: 'fine-tuned loss=clip'; repeatable. Each is "
        "compared with the first.",
    )
    seeds: int = Field(5, ge=2, le=100, description="Number of seeds.")
    scheme: Literal["artist", "random"] = Field("artist", description="Split scheme.")


class ReproduceParameters(LearnParameters):
    """The original project's table: catalog in, leaderboard of six styles out."""

    catalog: str = Field(description="Folder or s3:// address of the historic-art set.")
    artists: str | None = Field(None, description="info_dataset.csv, if stored elsewhere.")
    dataset: Literal["six-styles"] = Field("six-styles", description="Painters, six styles, 80/20.")


def ingest_parameters(parameters: ReproduceParameters) -> IngestParameters:
    """Return the parameters of its ingestion."""
    return IngestParameters(
        home=parameters.home, catalog=parameters.catalog, artists=parameters.artists
    )


class TuneParameters(ModelParameters):
    """A search for the best configuration of one kind of model."""

    kind: Literal["clip", "cnn"] = Field("clip", description="What is tuned: clip or cnn.")
    space: SpaceName = Field(
        "wide",
        description="wide, around the preset; or source-grid: learning rate by weight decay.",
    )
    trials: int | None = Field(
        None,
        ge=1,
        description="Total trials of the study, earlier runs included; default: 20 unless "
        "--minutes is given. The grid ends after its 9 points.",
    )
    minutes: float | None = Field(
        None, gt=0, description="Start no new trial after this many minutes; running ones finish."
    )
    pruner: PrunerName | None = Field(
        None, description="Pruner of weak trials; default: asha, none for the grid."
    )
    scheme: str = Field(
        "artist",
        description="Split whose validation part is optimised for: artist, random, "
        "six-styles-artist, six-styles-random.",
    )
    parallel: int = Field(
        1, ge=1, description="Concurrent trials; results are exactly reproducible only with 1."
    )
    study: str | None = Field(
        None,
        pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$",
        description="Name of the study: lower-case letters, digits, hyphens; default: derived "
        "from kind and split.",
    )
    seed: int = Field(0, ge=0, description="Seed of the search and of every training run.")
    dask: str | None = Field(
        None,
        description="Address of a Dask scheduler, or local: trials in separate processes; "
        "default: ARTCAT_DASK, else threads.",
    )


class EvaluateParameters(HomeParameters):
    """An evaluation of new models, and promotion of the best."""


class EngineParameters(HomeParameters):
    """Batch size, workers and devices of embedding."""

    batch_size: int = Field(32, ge=1, description="Images per batch.")
    workers: int = Field(
        2,
        ge=1,
        description="Shards in flight; within one process one runs through the network "
        "while others are read and written.",
    )
    dask: str | None = Field(
        None,
        description="Address of a Dask scheduler, or local: shards in separate processes; "
        "default: ARTCAT_DASK, else threads.",
    )


class EnrichParameters(NamedCatalogParameters, EngineParameters):
    """An enrichment: predictions and descriptions."""


class NightlyParameters(IngestParameters, ModelParameters, EngineParameters):
    """Everything in one run: ingest, train if there is no champion, evaluate, enrich, publish."""

    train: bool = Field(False, description="Train even if there is a champion.")


class DemoParameters(ModelParameters, EngineParameters):
    """The nightly run on the built-in sample."""

    preset: Preset = Field("quick", description="standard, or quick: small images, few epochs.")
    images: int = Field(660, le=20_000, description="Artworks in the sample.")

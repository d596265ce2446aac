"""Fixtures of enrichment benchmarks: a classifier, originals, a home, a Prefect server."""

import os

# As the command does: OpenMP reads it once, when torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from catalog.storage.store import FolderStore
from catalog.vocabulary import style_names
from models.classifiers.classifier import Classifier
from models.config import LITE_CLIP
from models.networks.clip import create_clip
from models.networks.memory import reuse_freed_memory
from models.networks.texts import encode_styles
from models.presets import ladder_config
from tests.benchmarks.enriching import FULL, IMAGES, SHARD, crown, prepared
from tests.benchmarks.pictures import SIZE, heavy
from tests.catalog.images.pictures import painting
from tests.temporary_prefect import prefect_server

reuse_freed_memory()  # as the command does, before there are threads

STYLES = style_names()


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    with prefect_server():
        yield


def made(architecture: str) -> Classifier:
    """A CLIP that classifies, as its preset begins: with a text tower of random weights."""
    torch.manual_seed(0)
    config = ladder_config("fine-tuned", "standard", architecture=architecture)
    clip = create_clip(architecture, config.image_size, config.pretrained)
    with torch.no_grad():
        styles = encode_styles(clip.network.eval(), architecture, STYLES)
    even = (1 / len(STYLES),) * len(STYLES)
    counts = (10,) * len(STYLES)
    return Classifier(config, STYLES, clip.preprocessing, clip.network, counts, even, styles)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return made(FULL)


@pytest.fixture(scope="module")
def originals() -> list[bytes]:
    return different(IMAGES)


def different(images: int) -> list[bytes]:
    seeds = [heavy(painting(seed, SIZE)) for seed in range(8)]
    return [seeds[number % 8] + number.to_bytes(4, "big") for number in range(images)]


@pytest.fixture
def ready(
    tmp_path: Path, originals: list[bytes], classifier: Classifier
) -> tuple[FolderStore, float]:
    """A home with prepared images and a champion, nothing predicted; seconds of preparation."""
    home, seconds = prepared(tmp_path, originals, SHARD)
    crown(home, classifier)
    return home, seconds


@pytest.fixture
def ready_lite(tmp_path: Path) -> FolderStore:
    home, _ = prepared(tmp_path, different(2 * IMAGES), SHARD)
    crown(home, made(LITE_CLIP))
    return home

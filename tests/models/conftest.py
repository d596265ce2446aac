"""Small painted works of three styles distinguished by colour, and trained classifiers."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from PIL import Image

from catalog.datasets.splits import update_splits
from catalog.storage.store import FolderStore
from models.evidence.pool import Pool
from models.facts.training import train_facts
from models.training.train import train
from tests.building import MONET, WATER_LILIES, ingest_catalog, make_catalog, prepare_catalog
from tests.models.building import quick_clip, quick_cnn
from tests.models.evidence.building import classifier, pool
from tests.models.facts.building import labelled

# Two threads that wait for each other are many times slower when the cores are busy.
torch.set_num_threads(1)

STYLES = ("Baroque", "Realism", "Impressionism")
COLOURS = {"Baroque": (170, 50, 40), "Realism": (50, 150, 60), "Impressionism": (50, 70, 180)}
COLUMNS = (
    "artwork_id image style artist artist_catalogued title technique nationality form group_id"
)
SCHEMA = pa.schema(
    [(n, pa.large_binary() if n == "image" else pa.string()) for n in COLUMNS.split()]
)


def paint(colour: tuple[int, int, int], rng: np.random.Generator, size=(80, 64)) -> bytes:
    """A JPEG of one colour with coarse noise, `size` as width and height."""
    noise = rng.normal(0, 25, (8, 10, 3))
    coarse = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def paint_examples(counts: dict[str | None, int], seed: int = 0) -> pa.Table:
    """A table of examples with so many works of each style."""
    rng = np.random.default_rng(seed)
    rows = []
    for style, count in counts.items():
        for number in range(count):
            wide, high = rng.integers(60, 100, 2).tolist()
            rows.append(
                {
                    "artwork_id": f"test:{seed}-{style}-{number}",
                    "image": paint(COLOURS.get(style, (128, 128, 128)), rng, (wide, high)),
                    "style": style,
                    "artist": f"Ann Painter{number % 3}",
                    "artist_catalogued": f"PAINTER{number % 3}, Ann",
                    "title": f"view of the river {number}",
                    "technique": "oil on canvas" if number % 2 else None,
                    "nationality": "French",
                    "form": "painting",
                    "group_id": f"painter {number % 3}",
                }
            )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


@pytest.fixture
def three_styles(monkeypatch, tmp_path_factory):
    """The vocabulary that the painted works and their classifiers know."""
    file = tmp_path_factory.mktemp("vocabulary") / "vocabulary.toml"
    years = {"Baroque": (1600, 1750), "Realism": (1840, 1900), "Impressionism": (1860, 1925)}
    file.write_text(
        "".join(f'[[style]]\nname = "{name}"\nyears = {[*span]}\n' for name, span in years.items())
    )
    monkeypatch.setenv("ARTCAT_VOCABULARY", str(file))


@pytest.fixture(scope="session")
def styles() -> tuple[str, ...]:
    return STYLES


@pytest.fixture(scope="session")
def make_examples() -> Callable[..., pa.Table]:
    return paint_examples


@pytest.fixture(scope="session")
def train_table() -> pa.Table:
    return paint_examples({"Baroque": 20, "Realism": 12, "Impressionism": 16}, seed=1)


@pytest.fixture(scope="session")
def held_out() -> pa.Table:
    return paint_examples({"Baroque": 6, "Realism": 6, "Impressionism": 6}, seed=2)


@pytest.fixture(scope="session")
def trained_cnn(train_table, held_out):
    return train(quick_cnn(epochs=3), train_table, held_out, STYLES, progress=False)


@pytest.fixture(scope="session")
def trained_clip(train_table, held_out):
    config = quick_clip(epochs=4, works_per_style=2, batch_size=6)
    return train(config, train_table, held_out, STYLES, progress=False)


@pytest.fixture(scope="session")
def trained_facts():
    """A facts classifier of the three styles."""
    table = labelled(40)
    names = {"Mannerism": "Realism", "Northern Renaissance": "Realism", "Rococo": "Impressionism"}
    styles = pa.array([names.get(style, style) for style in table["style"].to_pylist()])
    table = table.set_column(table.schema.get_field_index("style"), "style", styles)
    return train_facts(table, STYLES, seed=0, rounds=8)[0]


@pytest.fixture(scope="session")
def trained_combined(trained_cnn, trained_facts):
    """A combined classifier of the baseline CNN, those facts and the artist's other artworks."""
    pools = {
        "image": pool(0.8, accept_threshold=0.7, review_threshold=0.4),
        "facts": pool(0.9, accept_threshold=0.8),
        "other works": Pool(method="linear", weights=(1.0,)),
        "image+facts": Pool(
            method="log-linear with biases", weights=(0.4, 0.9), biases=(0.1, 0.0, -0.1)
        ),
    }
    return classifier(pools, image=trained_cnn, facts=trained_facts)


@pytest.fixture(scope="session", params=["cnn", "clip"])
def trained(request):
    return request.getfixturevalue(f"trained_{request.param}")


@pytest.fixture(scope="session")
def _learnable(tmp_path_factory) -> Path:
    """A home with three styles of six artists with three works each, in parts and folds."""
    folder = tmp_path_factory.mktemp("learnable")
    rng = np.random.default_rng(7)
    artists, works, images = [], [], {}
    for style, colour in COLOURS.items():
        for number in range(6):
            name = f"{style.upper()}, Ann {number}"
            artists.append(MONET | {"artist": name, "period": style, "url": f"/html/x/{name}/"})
            for _ in range(3):
                given = {"ID": str(len(works)), "artist": name, "title": f"view {len(works)}"}
                images[given["ID"]] = paint(colour, rng)
                works.append(WATER_LILIES | given | {"jpg url": f"/art/x/{name}/a.jpg"})
    source = make_catalog(folder / "catalog", works, artists, images)
    home = FolderStore(folder / "home")
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    update_splits(home)
    return folder / "home"


@pytest.fixture
def learnable(_learnable, tmp_path) -> FolderStore:
    """That home, for one test to write into."""
    shutil.copytree(_learnable, tmp_path / "learnable")
    return FolderStore(tmp_path / "learnable")

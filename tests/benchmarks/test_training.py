"""Training compared with the same network in a bare loop; a linear probe of a whole catalog."""

import io
import itertools
import os
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import open_clip
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from catalog.normalise.titles import restore_capitals
from models.data.dataset import Examples, read_examples
from models.networks.clip import create_clip
from models.networks.texts import tokenizer
from models.presets import ladder_config, resolve_config
from models.training.epochs import Fitting
from models.training.inputs import Pictures
from models.training.learners import make_learner
from models.training.linear_training import fit_last_layer
from models.training.train import make_sampler
from tests.benchmarks.measuring import say

STYLES = "Baroque|Rococo|Realism|Impressionism|Romanticism|Mannerism|Medieval|Early Renaissance"
STYLES = tuple(STYLES.split("|"))


@pytest.fixture(scope="module")
def works(tmp_path_factory) -> pa.Table:
    """Prepared works, read back from a file on disk as from a shard."""
    rng = np.random.default_rng(0)
    same = {"technique": "oil on canvas", "nationality": "French", "form": "painting"}
    rows = []
    for number in range(512):
        coarse = rng.integers(0, 255, (24, 32, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(coarse).resize((341, 256), Image.Resampling.BICUBIC).save(buffer, "JPEG")
        row = {"artwork_id": f"b:{number}", "image": buffer.getvalue(), **same}
        row |= {"artist": f"Ann Painter {number % 40}", "style": STYLES[number % len(STYLES)]}
        row |= {"artist_catalogued": f"PAINTER {number % 40}, Ann"}
        rows.append({**row, "title": f"view of the river {number}"})
    path = tmp_path_factory.mktemp("works") / "works.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return pq.read_table(path)


def ours(config, works: pa.Table) -> Callable[[], int]:
    """One epoch: decoding, crops, captions, network, optimizer; gives its number of steps."""
    examples = read_examples(works, STYLES)
    sampler = make_sampler(config, examples)
    shares = tuple(sampler.shares(len(STYLES)).tolist())
    torch.manual_seed(0)
    learner = make_learner(config, STYLES, examples, shares, torch.device("cpu"))
    fitting = Fitting(config, learner, sampler, Pictures(config, learner, examples, None))
    epochs = itertools.count(1)
    return lambda: len(fitting._pass(next(epochs)))


def bare(config, works: pa.Table) -> Callable[[], int]:
    torch.manual_seed(0)
    network = create_clip(config.architecture, config.image_size).network.train()
    network = network.to(memory_format=torch.channels_last)
    size = config.image_size
    pixels = torch.randn(config.batch_size, 3, size, size)
    pixels = pixels.to(memory_format=torch.channels_last)
    captions = [
        f"an artwork of the {row['style']} period by {row['artist']}, {row['technique']}: "
        f"{restore_capitals(row['title'])}"
        for row in works.slice(0, config.batch_size).to_pylist()
    ]
    tokens = tokenizer(config.architecture)(captions)
    loss = open_clip.ClipLoss()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=1e-4, weight_decay=config.weight_decay, fused=True
    )

    def step() -> int:
        optimizer.zero_grad(set_to_none=True)
        images, texts, scale = network(pixels, tokens)
        loss(images, texts, scale).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        return 1

    return step


def seconds_a_step(run: Callable[[], int], times: int) -> float:
    start = time.perf_counter()
    steps = sum(run() for _ in range(times))
    return (time.perf_counter() - start) / steps


@pytest.mark.parametrize(
    ("architecture", "settings", "works_shown", "turns"),
    [
        ("artcat-tiny", {"caption_dropout": 0.0}, 512, 16),
        (
            "ViT-B-32",
            {"caption_dropout": 0.0, "styles_per_batch": 8, "works_per_style": 4, "batch_size": 32},
            64,
            4,
        ),
    ],
)
def test_a_step_costs_little_more_than_the_network(
    works, architecture, settings, works_shown, turns
):
    config = resolve_config("clip", architecture=architecture, **settings)
    alone, whole = bare(config, works), ours(config, works.slice(0, works_shown))
    steps = whole()  # what only the first step costs is not measured
    alone()
    # In turns, each compared with its neighbour: the speed of a shared machine drifts.
    turns_taken = [(seconds_a_step(alone, steps), seconds_a_step(whole, 1)) for _ in range(turns)]
    one, other = (min(column) for column in zip(*turns_taken, strict=True))
    ratio = statistics.median(b / o for b, o in turns_taken)
    say(
        f"training step, {architecture}, batch {config.batch_size}, {os.cpu_count()} cores, "
        f"{turns} turns of {steps} steps",
        f"bare open_clip {one:.3f} s, ours with decoding, crops and captions {other:.3f} s at "
        f"their best; median of the turns' ratios {ratio:.2f}",
        "all turns: " + ", ".join(f"{b:.3f}/{o:.3f}" for b, o in turns_taken),
    )
    assert ratio >= 0.95


def test_a_linear_probe_of_a_whole_catalog_takes_less_than_a_minute():
    rng = np.random.default_rng(0)
    works, width, styles = 45_000, 512, 12
    labels = rng.choice(styles, works, p=np.arange(styles, 0, -1) / sum(range(styles + 1)))
    centres = rng.normal(size=(styles, width)) * 0.12
    vectors = (centres[labels] + rng.normal(size=(works, width))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    artists = [f"artist {number}" for number in rng.integers(0, 3000, works)]

    facts = [SimpleNamespace(artist_catalogued=artist) for artist in artists]
    ids = [str(number) for number in range(works)]
    examples = Examples(ids, pa.chunked_array([[]]), labels, facts)
    start = time.perf_counter()
    weight, bias = fit_last_layer(ladder_config("linear-probe"), vectors, examples)
    seconds = time.perf_counter() - start
    right = float(((vectors @ weight.T + bias).argmax(1) == labels).mean())
    say(
        "linear probe, 45,000 works x 512, 4 penalties in 3 folds each",
        f"{seconds:.1f} s, {right:.2f} of the works it learned from right",
    )
    assert seconds < 60

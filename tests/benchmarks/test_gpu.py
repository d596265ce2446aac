"""Enrichment on a GPU compared with the bare encoder; the bottleneck; `torch.compile`."""

import os
import time

import numpy as np
import pytest
import torch
from torch import nn

from catalog.base.arrow import values
from catalog.images.shards import read_shard
from catalog.storage.store import FolderStore
from models.data.prefetch import prefetched
from models.enrichment import loading
from models.networks.encoding import Encoder
from models.versions import registry
from models.versions.serving import Precision, serving_of
from tests.benchmarks.enriching import FULL, GFLOP, IMAGES, pixels_of, run_enrich
from tests.benchmarks.measuring import say

pytestmark = [
    pytest.mark.usefixtures("server"),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU at hand"),
]
BATCH = int(os.environ.get("ARTCAT_BENCH_GPU_BATCH", "256"))
SIDE, TURNS = 8192, 50


def per_second(network: nn.Module, pixels: torch.Tensor, turns: int = TURNS) -> float:
    with torch.inference_mode():
        for _ in range(3):
            network(pixels)
        wait(pixels)
        begun = time.perf_counter()
        for _ in range(turns):
            network(pixels)
        wait(pixels)
    return turns * len(pixels) / (time.perf_counter() - begun)


def ceiling(pixels: torch.Tensor, side: int = SIDE, turns: int = TURNS) -> float:
    """Images a second if the network were matrix products of that side and kind alone."""
    one, other = (torch.rand(side, side, device=pixels.device).to(pixels.dtype) for _ in range(2))
    products = turns * 2 * side**3 / 1e9 / GFLOP
    one @ other
    wait(pixels)
    begun = time.perf_counter()
    for _ in range(turns):
        one @ other
    wait(pixels)
    return products / (time.perf_counter() - begun)


def wait(pixels: torch.Tensor) -> None:
    """A GPU answers before it has computed."""
    if pixels.is_cuda:
        torch.cuda.synchronize(pixels.device)


def decoded_per_second(home: FolderStore, encoder: Encoder) -> float:
    """Images a second from shards to tensors, in as many threads as the encoder has."""
    shards = [info.key for info in home.list("shards") if info.key.endswith(".parquet")]
    begun, count = time.perf_counter(), 0
    for shard in shards:
        jpegs = list(values(read_shard(home, shard), "image"))
        batches = (jpegs[start : start + BATCH] for start in range(0, len(jpegs), BATCH))
        for batch, _ in prefetched(batches, encoder.preprocessing.square, encoder.threads):
            count += len(batch)
    return count / (time.perf_counter() - begun)


def compiled(network: nn.Module, pixels: torch.Tensor) -> tuple[float, float]:
    begun = time.perf_counter()
    faster = torch.compile(network)
    with torch.inference_mode():
        faster(pixels)
    wait(pixels)
    seconds = time.perf_counter() - begun
    return per_second(faster, pixels), seconds


def test_enrich_on_a_gpu(ready):
    home, _ = ready
    version = registry.champion(home)
    precision: Precision = serving_of(home, version).precision
    encoder = loading.encoder(home.uri, version, 0, precision, BATCH)
    pixels = pixels_of(encoder, BATCH)
    bare, most = per_second(encoder.network, pixels), ceiling(pixels)
    decoded = decoded_per_second(home, encoder)
    seconds, steps = run_enrich(home, BATCH)
    rate, looking = IMAGES / seconds, IMAGES / steps["embed"]
    faster, until = compiled(encoder.network, pixels)
    limits = {"the encoder": bare, "reading and decoding": decoded}
    say(
        f"enrich with {FULL}, {precision}, {IMAGES} images, batch {BATCH}, "
        f"{torch.cuda.get_device_name(encoder.device)}, {encoder.threads} threads",
        f"end to end {rate:.0f} images/s, looking alone {looking:.0f}; bare encoder {bare:.0f}: "
        f"{rate / bare:.2f}, {looking / bare:.2f}",
        f"the encoder against the matrix products' {most:.0f} images/s: {bare / most:.2f}",
        f"reading and decoding alone {decoded:.0f} images/s: what limits is "
        f"{min(limits, key=limits.__getitem__)}",
        f"torch.compile {faster / bare:.2f} times as fast after {until:.0f} s: it gains from "
        f"{break_even(bare, faster, until):,.0f} images on",
    )
    assert looking / min(limits.values()) >= 0.8


def break_even(rate: float, faster: float, seconds: float) -> float:
    """Images from which on it pays to wait so many seconds for the faster rate."""
    return np.inf if faster <= rate else seconds / (1 / rate - 1 / faster)

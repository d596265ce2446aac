"""Enrichment compared with the bare encoder, a plain loop and the machine."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import NamedTuple

import open_clip
import pytest
import torch
from PIL import Image

from catalog.images.shards import prepare
from models.config import LITE_CLIP
from models.enrichment import loading
from models.networks.channel_statistics import folded
from models.networks.encoding import Encoder
from models.versions import registry
from models.versions.serving import serving_of
from tests.benchmarks.enriching import BATCH, FULL, GFLOP, IMAGES, pixels_of, run_enrich
from tests.benchmarks.measuring import say, timed
from tests.building import put

PRODUCTS = round(BATCH * GFLOP * 1e9 / (2 * 2048**3))
"""Matrix products of 2048 x 2048 that take as many operations as a batch."""


class Alone(NamedTuple):
    """Images a second of networks on one batch in memory, and of products alone.

    In turns of as many operations: the mean of the turns, which a whole run is compared with, and
    the best, since a machine that others share is only ever slower.
    """

    ours: float  # the encoder as it is run, on average
    plain: float  # open_clip's own tower in the same precision, on average
    best: float  # the encoder as it is run
    ceiling: float  # matrix products alone, the best


def alone(encoder: Encoder, plain: torch.nn.Module, images: int) -> Alone:
    """Measure the networks and the products, a batch each by turns."""
    pixels = pixels_of(encoder, BATCH)
    one, other = (torch.rand(2048, 2048).to(pixels.dtype) for _ in range(2))
    ours, theirs, products = [], [], []
    with torch.inference_mode():
        encoder.network(pixels), plain(pixels)
        for _ in range(max(images // BATCH, 1)):
            ours.append(timed(lambda: encoder.network(pixels)))
            theirs.append(timed(lambda: plain(pixels)))
            products.append(timed(lambda: [one @ other for _ in range(PRODUCTS)]))
    ceiling = PRODUCTS * 2 * 2048**3 / min(products) / 1e9 / GFLOP
    mean = [BATCH * len(turns) / sum(turns) for turns in (ours, theirs)]
    return Alone(*mean, BATCH / min(ours), ceiling)


def plain_loop(network: torch.nn.Module, originals: list[bytes]) -> float:
    transform = open_clip.image_transform(224, is_train=False)
    begun = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(originals), BATCH):
            images = [Image.open(io.BytesIO(d)) for d in originals[start : start + BATCH]]
            network(torch.stack([transform(image.convert("RGB")) for image in images]))
    return len(originals) / (time.perf_counter() - begun)


def test_enrich_with_the_built_in_network(ready_lite, originals):
    # twice the images, since a night's fixed seconds (start, report, publish) are a sixth of IMAGES
    home, images = ready_lite, 2 * IMAGES
    version = registry.champion(home)
    settled = serving_of(home, version)
    encoder = loading.encoder(home.uri, version, 0, settled.precision, BATCH)
    unfolded = deepcopy(encoder.network)
    before = rates(encoder, unfolded, originals)
    seconds, steps = run_enrich(home)
    after = rates(encoder, unfolded, originals)
    bare, fast, decoding = ((one + other) / 2 for one, other in zip(before, after, strict=True))
    # decoding and the network share the processor: an image costs the time of both
    both = 1 / (1 / fast + 1 / decoding)
    rate = images / seconds
    say(
        f"enrich with {LITE_CLIP}, {settled.precision}, {images} images; settled: {settled.reason}",
        f"ours {rate:.1f} images/s; timm's tower alone {bare:.1f}: {rate / bare:.2f}; "
        f"folded, as we run it {fast:.1f}: {rate / fast:.2f}",
        f"decoding alone {decoding:.1f}: the {'tower' if bare < decoding else 'decoding'} limits; "
        f"decoding, then the folded tower {both:.1f}: {rate / both:.2f}",
        f"seconds of the steps: {steps}",
    )
    assert rate / min(bare, decoding) >= 0.9
    assert rate / fast >= 0.7


def rates(
    encoder: Encoder, unfolded: torch.nn.Module, originals: list[bytes]
) -> tuple[float, float, float]:
    """Images a second: of timm's tower in channels-last, of the same folded, of decoding by two."""
    jpegs = [prepare("a", data).image for data in originals[: 4 * BATCH]]
    weights = next(unfolded.parameters())
    squares = torch.stack([encoder.preprocessing.square(jpeg) for jpeg in jpegs[:BATCH]])
    pixels = encoder.preprocessing.normalise(squares).to(weights.dtype)
    folded_network = folded(encoder.network)
    plain, quick, decode = [], [], []
    with torch.inference_mode(), ThreadPoolExecutor(2) as pool:
        unfolded(pixels), folded_network(pixels)
        for _ in range(max(IMAGES // (8 * BATCH), 2)):
            plain.append(timed(lambda: unfolded(pixels)))
            quick.append(timed(lambda: folded_network(pixels)))
            decode.append(timed(lambda: list(pool.map(encoder.preprocessing.square, jpegs))))
    turns = len(quick)
    sizes = ((BATCH, plain), (BATCH, quick), (len(jpegs), decode))
    return tuple(size * turns / sum(seconds) for size, seconds in sizes)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_enrich_against_the_bare_encoder_and_a_plain_loop(ready, originals, precision):
    home, preparation = ready
    version = registry.champion(home)
    settled = serving_of(home, version)
    if precision == "fp32":
        row = {**vars(settled), "encoders": [e.removesuffix("-bf16") for e in settled.encoders]}
        put(home, "serving", {**row, "precision": "fp32"})
    encoder = loading.encoder(home.uri, version, 0, precision, BATCH)
    tower = loading.encoder(home.uri, version, 0, "fp32", BATCH).network
    plain = deepcopy(tower).to(next(encoder.network.parameters()).dtype)
    few = IMAGES // 8
    before = alone(encoder, plain, few)
    seconds, steps = run_enrich(home)
    rate = IMAGES / seconds
    after = alone(encoder, plain, few)
    ours, theirs = (before.ours + after.ours) / 2, (before.plain + after.plain) / 2
    ceiling = max(before.ceiling, after.ceiling)
    share = max(before.best, after.best) / ceiling
    loop = plain_loop(tower, originals[: max(few, BATCH)])
    prepared = IMAGES / (IMAGES / rate + preparation)
    say(
        f"enrich with {FULL}, {precision}, {IMAGES} images; settled: {settled.reason}",
        f"ours {rate:.1f} images/s; open_clip's tower {theirs:.1f}: {rate / theirs:.2f}; "
        f"the same as we run it {ours:.1f}: {rate / ours:.2f}",
        f"plain loop in fp32 {loop:.1f}: {rate / loop:.2f}, "
        f"with the preparation of shards {prepared / loop:.2f}",
        f"seconds of the steps: {steps}",
        f"the tower as we run it, at its best, {share:.2f} of the matrix products' "
        f"{ceiling:.1f} images/s",
    )
    assert rate / loop >= (2.0 if precision == "bf16" else 1.2)
    assert share >= 0.85
    assert rate / ours >= 0.9

"""Encoding of images with frozen encoders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor, nn

from catalog.base.arrow import values
from models.arrays import Vectors
from models.data.prefetch import compute_in_this_thread_alone, prefetched
from models.data.transforms import Preprocessing
from models.networks.channel_statistics import folded
from models.networks.packed import can_be_packed, pack

_ONE_AT_A_TIME = Lock()
"""Held while computing: concurrent encoders slow each other down; one can read meanwhile."""


@dataclass(frozen=True)
class Encoder:
    """A network that maps an image to a vector, with its preprocessing."""

    network: nn.Module
    preprocessing: Preprocessing
    device: torch.device
    batch_size: int = 64
    threads: int = 2
    identity: str | None = None
    """The digest, if it is not that of the present weights."""

    @cached_property
    def _runnable(self) -> nn.Module:
        """Return an equivalent network that is faster at inference."""
        return folded(self.network)

    def digest(self) -> str:
        """Hexadecimal SHA-256 of the network's weights and architecture."""
        if self.identity is not None:
            return self.identity
        digest = hashlib.sha256(repr(self.network).encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            kept: Tensor = tensor.detach().cpu().contiguous()
            digest.update(f"{name} {kept.dtype} {tuple(kept.shape)}".encode())
            digest.update(kept.reshape(-1).view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()

    def in_bf16(self) -> Encoder:
        """Convert the encoder's weights and arithmetic to bfloat16."""
        # folded before the conversion, so that products are rounded once
        shorter = deepcopy(folded(self.network)).to(torch.bfloat16)
        if can_be_packed(self.device):
            pack(shorter)
        return replace(self, network=shorter, identity=f"{self.digest()}-bf16")

    def encode(self, works: pa.Table) -> Vectors:
        """Encode artworks with a column `image` of prepared JPEGs as vectors `[n, d]`.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        return self.encode_jpegs(values(works, "image"))

    def encode_jpegs(self, jpegs: Sequence[bytes]) -> Vectors:
        """Encode prepared JPEGs as vectors `[n, d]`, several batches at a time.

        Every batch has the same shape, the last one padded, so that an image has the same vector in
        any batch.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        size = self.batch_size
        batches = [jpegs[start : start + size] for start in range(0, len(jpegs), size)]
        with _ONE_AT_A_TIME:
            parts = list(self._embedded(batches))
        return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)

    def _embedded(self, batches: Sequence[Sequence[bytes]]) -> Iterator[Vectors]:
        """Encode batches: for a GPU threads decode ahead.

        On a CPU each thread decodes and encodes whole batches, since threads that share a batch
        wait for each other at every layer.
        """
        square = self.preprocessing.square
        if self.device.type != "cpu":
            for _, squares in prefetched(batches, square, self.threads):
                yield self._forward(squares)
            return

        def embed(jpegs: Sequence[bytes]) -> Vectors:
            return self._forward(torch.stack([square(jpeg) for jpeg in jpegs]))

        # a Dask worker, of which there is one for each core, computes in one thread
        threads = min(self.threads, torch.get_num_threads())
        with ThreadPoolExecutor(
            threads, thread_name_prefix="encoder", initializer=compute_in_this_thread_alone
        ) as pool:
            try:
                yield from pool.map(embed, batches)
            finally:
                pool.shutdown(cancel_futures=True)

    @torch.inference_mode()
    def _forward(self, squares: Tensor) -> Vectors:
        """Encode uint8 `[n, 3, size, size]`, padded to `batch_size` images."""
        filled = torch.zeros((self.batch_size, *squares.shape[1:]), dtype=torch.uint8)
        filled[: len(squares)] = squares
        pixels = self.preprocessing.normalise(filled.to(self.device))
        weights = next(self.network.parameters(), None)
        if weights is not None:
            pixels = pixels.to(weights.dtype)
        vectors: Vectors = self._runnable(pixels)[: len(squares)].float().cpu().numpy()
        return vectors


Encode = Callable[[Encoder, pa.Table], Vectors]
"""Function that returns an encoder's vectors `[n, d]` of artworks, in their order."""

"""What frozen encoders say of works: computed here, or taken from where it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from torch import Tensor, nn

from catalog.base.arrow import values
from models.data.prefetch import compute_in_this_thread_alone, prefetched
from models.data.transforms import Preprocessing
from models.networks.folding import folded
from models.networks.packed import can_be_packed, pack

Vectors = npt.NDArray[np.float32]

_ONE_AT_A_TIME = Lock()
"""Two that compute at once hinder each other: one reads its shard while the other computes."""


@dataclass(frozen=True)
class Encoder:
    """A network that makes a vector of a picture, and how the picture is prepared for it."""

    network: nn.Module
    preprocessing: Preprocessing
    device: torch.device
    batch_size: int = 64
    threads: int = 2

    identity: str | None = None
    """The digest, where it does not follow from the weights as they are."""

    @cached_property
    def _runnable(self) -> nn.Module:
        """The network as it is run: as deep as before, with less to do."""
        return folded(self.network)

    def digest(self) -> str:
        """Hexadecimal SHA-256 of the network's weights and what it is made of."""
        if self.identity is not None:
            return self.identity
        digest = hashlib.sha256(repr(self.network).encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            kept: Tensor = tensor.detach().cpu().contiguous()
            digest.update(f"{name} {kept.dtype} {tuple(kept.shape)}".encode())
            digest.update(kept.reshape(-1).view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()

    def in_bf16(self) -> Encoder:
        """The same encoder with weights and arithmetic of half the length: bfloat16."""
        # folded before it is shortened: the products are then rounded once
        shorter = deepcopy(folded(self.network)).to(torch.bfloat16)
        if can_be_packed(self.device):
            pack(shorter)
        return replace(self, network=shorter, identity=f"{self.digest()}-bf16")

    def encode(self, works: pa.Table) -> Vectors:
        """Vectors `[n, d]` of works with a column `image` of prepared JPEGs.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        return self.encode_jpegs(values(works, "image"))

    def encode_jpegs(
        self, jpegs: Sequence[bytes], progress: Callable[[int], object] = lambda _: None
    ) -> Vectors:
        """Vectors `[n, d]` of prepared JPEGs, several batches at a time.

        Every batch has the same shape, the last one filled up, so that an image has the same
        vector whatever others it comes with. On a processor each thread decodes and embeds whole
        batches by itself: threads that share the work of one batch wait for each other at every
        layer. On another device they decode ahead of it.

        Args:
            jpegs: the files' bytes.
            progress: told how many images have gone through, after each batch.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        parts = [np.empty((0, 0), np.float32)]
        embedded = self._in_threads if self.device.type == "cpu" else self._ahead
        with _ONE_AT_A_TIME:
            for vectors in embedded(jpegs):
                parts.append(vectors)
                progress(len(vectors))
        return np.concatenate(parts[1:] or parts)

    def _in_threads(self, jpegs: Sequence[bytes]) -> Iterator[Vectors]:
        with ThreadPoolExecutor(
            self.threads, thread_name_prefix="encoder", initializer=compute_in_this_thread_alone
        ) as pool:
            batches = [pool.submit(self._embed, batch) for batch in self._batches(jpegs)]
            try:
                for batch in batches:
                    yield batch.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _ahead(self, jpegs: Sequence[bytes]) -> Iterator[Vectors]:
        for _, squares in prefetched(self._batches(jpegs), self.preprocessing.square, self.threads):
            yield self._forward(squares)

    def _batches(self, jpegs: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
        size = self.batch_size
        return (jpegs[start : start + size] for start in range(0, len(jpegs), size))

    def _embed(self, jpegs: Sequence[bytes]) -> Vectors:
        return self._forward(torch.stack([self.preprocessing.square(jpeg) for jpeg in jpegs]))

    @torch.inference_mode()
    def _forward(self, squares: Tensor) -> Vectors:
        """Vectors of uint8 `[n, 3, size, size]`, computed as `batch_size` images."""
        filled = torch.zeros((self.batch_size, *squares.shape[1:]), dtype=torch.uint8)
        filled[: len(squares)] = squares
        pixels = self.preprocessing.normalise(filled.to(self.device))
        weights = next(self.network.parameters(), None)
        if weights is not None:
            pixels = pixels.to(weights.dtype)
        vectors: Vectors = self._runnable(pixels)[: len(squares)].float().cpu().numpy()
        return vectors


Encode = Callable[[Encoder, pa.Table], Vectors]
"""Gives an encoder's vectors `[n, d]` of works, in their order."""


def encode_directly(encoder: Encoder, works: pa.Table) -> Vectors:
    """Compute the vectors, whether they were computed before or not."""
    return encoder.encode(works)

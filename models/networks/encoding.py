"""What frozen encoders say of works: computed here, or taken from where it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from torch import Tensor, nn

from catalog.arrow import values
from models.data.prefetch import prefetched
from models.data.transforms import Preprocessing
from models.networks.folding import folded
from models.networks.packed import can_be_packed, pack

Vectors = npt.NDArray[np.float32]

_ONE_IN_THE_NETWORK = Lock()
"""Two that compute at once hinder each other: one reads and decodes while the other computes."""


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
        """Vectors `[n, d]` of prepared JPEGs, decoded in threads ahead of the network.

        Every batch has the same shape, the last one filled up, so that an image has the same
        vector whatever others it comes with. Called from two threads, one decodes its first
        batches while the network is busy with the other's.

        Args:
            jpegs: the files' bytes.
            progress: told how many images have gone through, after each batch.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        parts = [np.empty((0, 0), np.float32)]
        batches = self._batches(jpegs)
        ahead = next(batches, None)
        if ahead is not None:
            with _ONE_IN_THE_NETWORK, torch.inference_mode():
                for squares in chain([ahead], batches):
                    parts.append(self._forward(squares))
                    progress(len(squares))
        return np.concatenate(parts[1:] or parts)

    def _batches(self, jpegs: Sequence[bytes]) -> Iterator[Tensor]:
        size = self.batch_size
        batches = (jpegs[start : start + size] for start in range(0, len(jpegs), size))
        for _, squares in prefetched(batches, self.preprocessing.square, self.threads):
            yield squares

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

"""What frozen encoders say of works: computed here, or taken from where it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from torch import Tensor, nn

from catalog.arrow import values
from models.data.prefetch import prefetched
from models.data.transforms import Preprocessing

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Encoder:
    """A network that makes a vector of a picture, and how the picture is prepared for it."""

    network: nn.Module
    preprocessing: Preprocessing
    device: torch.device
    batch_size: int = 64
    threads: int = 2

    def digest(self) -> str:
        """Hexadecimal SHA-256 of the network's weights and what it is made of."""
        digest = hashlib.sha256(repr(self.network).encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            kept: Tensor = tensor.detach().cpu().contiguous()
            digest.update(f"{name} {kept.dtype} {tuple(kept.shape)}".encode())
            digest.update(kept.reshape(-1).view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()

    def encode(self, works: pa.Table) -> Vectors:
        """Vectors `[n, d]` of works with a column `image` of prepared JPEGs.

        Raises:
            ImageError: if an image cannot be decoded.
        """
        jpegs = values(works, "image")
        size = self.batch_size
        batches = (jpegs[start : start + size] for start in range(0, len(jpegs), size))
        parts = []
        with torch.inference_mode():
            for _, squares in prefetched(batches, self.preprocessing.square, self.threads):
                pixels = self.preprocessing.normalise(squares.to(self.device))
                parts.append(self.network(pixels).cpu().numpy())
        return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)


Encode = Callable[[Encoder, pa.Table], Vectors]
"""Gives an encoder's vectors `[n, d]` of works, in their order."""


def encode_directly(encoder: Encoder, works: pa.Table) -> Vectors:
    """Compute the vectors, whether they were computed before or not."""
    return encoder.encode(works)

"""Handling of batches that do not fit into memory."""

from __future__ import annotations

import logging

import torch

from catalog.base.errors import ModelError

_LOG = logging.getLogger(__name__)
_CPU = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: RuntimeError) -> bool:
    """Return whether an error of torch means out of memory, on a GPU or on the CPU."""
    return isinstance(error, torch.OutOfMemoryError) or any(s in str(error) for s in _CPU)


def smaller(micro_batch: int) -> int:
    """Halve the number of images at a time; free the GPU memory of the failed try.

    Raises:
        ModelError: if there was only one.
    """
    if micro_batch == 1:
        raise ModelError(
            "a single image does not fit into memory: choose a smaller architecture or image_size"
        )
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = micro_batch // 2
    _LOG.warning("out of memory: continuing with %d images at a time", half)
    return half

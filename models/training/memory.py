"""What to do when a batch does not fit into memory."""

from __future__ import annotations

import logging

import torch

from catalog.base.errors import ModelError

_LOG = logging.getLogger(__name__)
_CPU = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether an error of torch says that memory is short, on a GPU or on the CPU."""
    return isinstance(error, torch.OutOfMemoryError) or any(s in str(error) for s in _CPU)


def smaller(micro_batch: int) -> int:
    """Half as many images at a time; what a GPU still holds of the failed try is given back.

    Raises:
        ModelError: if there was only one.
    """
    if micro_batch == 1:
        raise ModelError(
            "a single image is too much for the memory: choose a smaller architecture or image_size"
        )
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = micro_batch // 2
    _LOG.warning("out of memory: going on with %d images at a time", half)
    return half

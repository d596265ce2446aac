"""Freed memory of activations is reused, also where Dask makes workers return it."""

import os
import platform
import subprocess
import sys

import pytest

_PASSES = """
import ctypes, resource
import torch
from models.networks.memory import reuse_freed_memory

ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: pages of one size, to be counted

def faults():
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        torch.ones(2**20)  # an activation of 4 MiB, freed at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - begun

before, told = faults(), reuse_freed_memory()
faults()
print(before, told, faults())
"""


@pytest.mark.full
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_freed_memory_is_used_again():
    found = subprocess.run(
        [sys.executable, "-c", _PASSES],
        env={**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"},
        capture_output=True,
        text=True,
        check=True,
    )
    before, told, after = found.stdout.split()
    assert told == "True"
    assert int(before) > 20 * 1000  # every page of every activation
    assert int(after) < 1000

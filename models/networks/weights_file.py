"""Reading of untrusted files of pretrained weights."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from catalog.base.errors import ModelError
from catalog.base.file_kinds import kind_of

OPENAI_EXTRAS = ("input_resolution", "context_length", "vocab_size")
"""Numbers that OpenAI's own archives keep among the weights."""
OWN_NETWORK = "network."
"""Name prefix of a network's weights in artcat's own models."""
_MAX_HEADER = 100_000_000
"""Bytes of the header of safetensors, as its readers limit it."""
_SHARED = 4
"""How many tensors may share the same bytes of a file, as tied weights do."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file or of a PyTorch state dict, by name.

    The format follows from its bytes, not its name. A state dict is read as weights only: a
    file cannot run code.

    Raises:
        ModelError: if the file is missing, contains no weights, or is a TorchScript archive; it
            says what the file is instead.
    """
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise ModelError(f"there is no weights file {path}: it {what}")
    try:
        if (kind := kind_of(path)) is not None:
            raise ModelError(f"{path} contains no weights: it is {kind}")
        if _begins_as_safetensors(path):
            return _without_head(_safetensors(path))
        if path.suffix == ".safetensors" and not zipfile.is_zipfile(path):
            raise ModelError(f"{path} is not a safetensors file")
        return _state_dict(_pytorch(path), path)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except MemoryError as error:
        raise ModelError(f"{path} is too large for the memory of this machine") from error


def _begins_as_safetensors(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(9)
    return begin[8:] == b"{" and int.from_bytes(begin[:8], "little") <= _MAX_HEADER


def _safetensors(path: Path) -> dict[str, Tensor]:
    if (missing := _missing_bytes(path)) > 0:
        raise ModelError(f"{path} was cut off: {missing:,} bytes are missing; download it again")
    try:
        return load_file(path)
    except Exception as error:  # an invalid header raises many kinds of errors
        raise ModelError(f"{path} cannot be read as safetensors: {_reason(error)}") from error


def _missing_bytes(path: Path) -> int:
    """Return how many bytes are missing according to the header; 0 if unknown."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > size - 8:
            return length - (size - 8)
        header = file.read(length)
    try:
        tensors = [v for v in json.loads(header).values() if isinstance(v, dict)]
        ends = [t["data_offsets"][1] for t in tensors if "data_offsets" in t]
        return max(0, 8 + length + max(ends, default=0) - size)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return 0


def _pytorch(path: Path) -> Any:
    if zipfile.is_zipfile(path):
        _check_archive(path)
    try:
        with path.open("rb") as file:  # not its name, from which torch would infer its format
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{path} contains more than weights, or none: a pickle that can run code is not read; "
            "save the network's state_dict() as .safetensors where the file comes from"
        ) from error
    except Exception as error:  # torch raises nearly any error for damaged bytes
        raise ModelError(
            f"{path} cannot be read as PyTorch weights: {_reason(error)}; it may be damaged"
        ) from error


def _check_archive(path: Path) -> None:
    """Refuse a program, and an archive that is larger unpacked than packed."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if any(entry.filename.endswith("constants.pkl") for entry in entries):
        raise ModelError(_conversion_advice(path))
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise ModelError(f"{path} is refused: its entries are compressed, or larger than the file")


def _reason(error: Exception) -> str:
    """Return the first line of an error, without the advice to trust the file."""
    line = (str(error).strip().splitlines() or [""])[0][:200]
    return type(error).__name__ if not line or "weights_only" in line else line


def _conversion_advice(path: Path) -> str:
    target = path.with_name(f"{path.stem}-weights.pt")
    return (
        f"{path} is a TorchScript archive, a program; make it weights once, if you trust it: "
        f"python -c \"import torch; torch.save(torch.jit.load('{path}', map_location='cpu')"
        f".state_dict(), '{target}')\" and give {target}"
    )


def _without_head(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the network's weights of one of artcat's own models, to start another training run."""
    if not any(name.startswith(OWN_NETWORK) for name in state):
        return state
    return {n.removeprefix(OWN_NETWORK): t for n, t in state.items() if n.startswith(OWN_NETWORK)}


def _state_dict(content: Any, path: Path) -> dict[str, Tensor]:
    """Find the tensors in a saved object: bare, or under `state_dict`."""
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not content:
        raise ModelError(f"{path} contains no weights by name")
    state = {str(name).removeprefix("module."): value for name, value in content.items()}
    tensors = {n: value for n, value in state.items() if n not in OPENAI_EXTRAS}
    if any(not isinstance(value, Tensor) for value in tensors.values()):
        raise ModelError(f"{path} contains more than weights by name")
    if any(t.layout != torch.strided or t.is_quantized or t.is_meta for t in tensors.values()):
        raise ModelError(f"{path} contains tensors that are sparse, quantized or not numeric")
    # a tensor may repeat one number many times, and would be expanded when it is used
    if sum(t.numel() * t.element_size() for t in tensors.values()) > _SHARED * path.stat().st_size:
        raise ModelError(f"{path} is refused: its tensors are larger than the file")
    return state

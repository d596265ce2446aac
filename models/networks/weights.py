"""Pretrained weights: reading untrusted files, and fitting into a network, with clear errors."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from open_clip.model import (
    convert_to_custom_text_state_dict,
    resize_pos_embed,
    resize_text_pos_embed,
)
from safetensors.torch import load_file
from torch import Tensor, nn

from catalog.base.errors import ModelError
from catalog.base.file_kinds import kind_of

OPENAI_EXTRAS = ("input_resolution", "context_length", "vocab_size")
"""Numbers that OpenAI's own archives keep among the weights."""
OWN_NETWORK = "network."
"""Name prefix of a network's weights in artcat's own models."""
SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
SHOWN = 3
_MAX_HEADER = 100_000_000
"""Bytes of the header of safetensors, as its readers limit it."""
_SHARED = 4
"""How many tensors may share the same bytes of a file, as tied weights do."""


def is_file_name(pretrained: str) -> bool:
    """Return whether `pretrained` means a file, not an open_clip tag."""
    return pretrained.endswith(SUFFIXES) or "/" in pretrained or "\\" in pretrained


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file or of a PyTorch state dict, by name.

    The format follows from its bytes, not its name. A state dict is read as weights only: a
    file cannot run code. Of one of artcat's own models these are the network's weights, to start
    another training run.

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
        with path.open("rb") as file:
            begin = file.read(9)
        if begin[8:] == b"{" and int.from_bytes(begin[:8], "little") <= _MAX_HEADER:
            state = _safetensors(path)
            own = [name for name in state if name.startswith(OWN_NETWORK)]
            return {name.removeprefix(OWN_NETWORK): state[name] for name in own} or state
        if path.suffix == ".safetensors" and not zipfile.is_zipfile(path):
            raise ModelError(f"{path} is not a safetensors file")
        return _state_dict(_pytorch(path), path)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except MemoryError as error:
        raise ModelError(f"{path} is too large for the memory of this machine") from error


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
    try:
        if zipfile.is_zipfile(path):
            _check_archive(path)
        with path.open("rb") as file:  # not its name, from which torch would infer its format
            return torch.load(file, map_location="cpu", weights_only=True)
    except ModelError:
        raise
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
        target = path.with_name(f"{path.stem}-weights.pt")
        raise ModelError(
            f"{path} is a TorchScript archive, a program; make it weights once, if you trust it: "
            f"python -c \"import torch; torch.save(torch.jit.load('{path}', map_location='cpu')"
            f".state_dict(), '{target}')\" and give {target}"
        )
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise ModelError(f"{path} is refused: its entries are compressed, or larger than the file")


def _reason(error: Exception) -> str:
    """Return the first line of an error, without the advice to trust the file."""
    line = (str(error).strip().splitlines() or [""])[0][:200]
    return type(error).__name__ if not line or "weights_only" in line else line


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


def fit_weights(network: nn.Module, weights: Mapping[str, Tensor], what: str) -> None:
    """Load weights into a CLIP, its position embeddings scaled to the image size.

    Weights are named as open_clip or OpenAI name them; `what` describes the operation.

    Raises:
        ModelError: naming the tensors that are missing, left over or of another shape.
    """
    try:
        state = _scaled(network, weights)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{what} does not fit: {reason}") from error
    require_fit(network.state_dict(), state, what)
    network.load_state_dict(state)


def _scaled(network: nn.Module, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights by the network's names, with position embeddings for its image size."""
    state = {name: tensor for name, tensor in weights.items() if name not in OPENAI_EXTRAS}
    if "positional_embedding" in state and not hasattr(network, "positional_embedding"):
        state = convert_to_custom_text_state_dict(state)
    own = network.state_dict()
    if "logit_scale" in state and "logit_scale" in own:
        state["logit_scale"] = state["logit_scale"].reshape(own["logit_scale"].shape)
    text = "positional_embedding" if "positional_embedding" in own else "text.positional_embedding"
    scalings = {text: resize_text_pos_embed, "visual.positional_embedding": resize_pos_embed}
    for name, scale in scalings.items():
        # a different width cannot be scaled: the comparison with the network reports it
        if name in state and name in own and state[name].shape[1:] == own[name].shape[1:]:
            scale(state, network)
    return state


def require_fit(own: Mapping[str, Tensor], given: Mapping[str, Tensor], what: str) -> None:
    """Compare names and shapes of tensors.

    Raises:
        ModelError: naming the first few of each kind of difference.
    """
    differences = {
        "missing": [name for name in own if name not in given],
        "left over": [name for name in given if name not in own],
        "of another shape": [
            f"{name} is {list(given[name].shape)}, not {list(own[name].shape)}"
            for name in own
            if name in given and given[name].shape != own[name].shape
        ],
    }
    problems = [
        f"{kind}: {', '.join(names[:SHOWN])}"
        + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        for kind, names in differences.items()
        if names
    ]
    if problems:
        raise ModelError(f"{what} does not fit: {'; '.join(problems)}")


def require_types(own: Mapping[str, Tensor], given: Mapping[str, Tensor], what: str) -> None:
    """Compare number types of tensors that match by name and shape.

    Raises:
        ModelError: naming the first that is float where the other is integer, or neither.
    """
    for name, tensor in given.items():
        if tensor.dtype != own[name].dtype and not (
            tensor.is_floating_point() and own[name].is_floating_point()
        ):
            raise ModelError(f"{what}: {name} has type {tensor.dtype}, expected {own[name].dtype}")

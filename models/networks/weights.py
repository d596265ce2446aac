"""Reads a file of pretrained CLIP weights and fits it to a network, or says what does not fit."""

from __future__ import annotations

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
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from catalog.errors import ModelError

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
OPENAI_EXTRAS = ("input_resolution", "context_length", "vocab_size")
"""Numbers that OpenAI's own archives keep among the weights."""
OWN_NETWORK = "network."
"""What the names of a network's weights begin with in a model of our own."""
SHOWN = 3


def is_file_name(pretrained: str) -> bool:
    """Whether `pretrained` means a file, not an open_clip tag."""
    return pretrained.endswith(SUFFIXES) or "/" in pretrained or "\\" in pretrained


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file or of a PyTorch state dict, by name.

    A state dict is read as weights only: a file cannot run code.

    Raises:
        ModelError: if there is no such file, it is no such file, or a TorchScript archive.
    """
    if not path.is_file():
        raise ModelError(f"there is no weights file {path}")
    if path.suffix == ".safetensors":
        try:
            return _without_head(load_file(path))
        except (SafetensorError, OSError) as error:
            raise ModelError(f"{path} cannot be read as safetensors: {error}") from error
    if _is_torchscript(path):
        raise ModelError(_conversion_advice(path))
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{path} cannot be read as PyTorch weights: {reason}") from error
    return _state_dict(content, path)


def fit_weights(network: nn.Module, weights: Mapping[str, Tensor], what: str) -> None:
    """Load weights into a CLIP, its position embeddings scaled to the image size.

    Args:
        network: a CLIP of open_clip.
        weights: by name, as open_clip or OpenAI name them.
        what: what is loaded into what, for the message.

    Raises:
        ModelError: naming the tensors that are missing, left over or of another shape.
    """
    state = {name: tensor for name, tensor in weights.items() if name not in OPENAI_EXTRAS}
    if "positional_embedding" in state and not hasattr(network, "positional_embedding"):
        state = convert_to_custom_text_state_dict(state)
    own = network.state_dict()
    if "logit_scale" in state and "logit_scale" in own:
        state["logit_scale"] = state["logit_scale"].reshape(own["logit_scale"].shape)
    text = "positional_embedding" if "positional_embedding" in own else "text.positional_embedding"
    # a different width cannot be scaled: left as it is, the comparison below reports it
    if _same_width(state, own, text):
        resize_text_pos_embed(state, network)
    if _same_width(state, own, "visual.positional_embedding"):
        resize_pos_embed(state, network)
    require_fit(own, state, what)
    network.load_state_dict(state)


def require_fit(own: Mapping[str, Tensor], given: Mapping[str, Tensor], what: str) -> None:
    """Compare names and shapes of tensors.

    Raises:
        ModelError: of one line, naming the first few of each kind of difference.
    """
    shapes = [
        f"{name} is {list(given[name].shape)}, not {list(own[name].shape)}"
        for name in own
        if name in given and given[name].shape != own[name].shape
    ]
    problems = [
        *_listed("missing", [name for name in own if name not in given]),
        *_listed("left over", [name for name in given if name not in own]),
        *_listed("of another shape", shapes),
    ]
    if problems:
        raise ModelError(f"{what} does not fit: {'; '.join(problems)}")


def _listed(kind: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return [f"{kind}: {', '.join(names[:SHOWN])}{more}"]


def _same_width(state: Mapping[str, Tensor], own: Mapping[str, Tensor], name: str) -> bool:
    return name in state and name in own and state[name].shape[1:] == own[name].shape[1:]


def _is_torchscript(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("constants.pkl") for name in archive.namelist())


def _conversion_advice(path: Path) -> str:
    target = path.with_name(f"{path.stem}-weights.pt")
    return (
        f"{path} is a TorchScript archive, a program; make it weights once, if you trust it: "
        f"python -c \"import torch; torch.save(torch.jit.load('{path}', map_location='cpu')"
        f".state_dict(), '{target}')\" and give {target}"
    )


def _without_head(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The network's weights of a model of our own, which another training may begin with."""
    if not any(name.startswith(OWN_NETWORK) for name in state):
        return state
    return {n.removeprefix(OWN_NETWORK): t for n, t in state.items() if n.startswith(OWN_NETWORK)}


def _state_dict(content: Any, path: Path) -> dict[str, Tensor]:
    """The tensors in what open_clip and others save: bare, or under `state_dict`."""
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not content:
        raise ModelError(f"{path} holds no weights by name")
    state = {str(name).removeprefix("module."): value for name, value in content.items()}
    if any(not isinstance(v, Tensor) for n, v in state.items() if n not in OPENAI_EXTRAS):
        raise ModelError(f"{path} holds more than weights by name")
    return state

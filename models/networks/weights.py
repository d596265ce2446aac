"""Loading of pretrained weights into a CLIP, with errors that name what does not fit."""

from __future__ import annotations

from collections.abc import Mapping

from open_clip.model import (
    convert_to_custom_text_state_dict,
    resize_pos_embed,
    resize_text_pos_embed,
)
from torch import Tensor, nn

from catalog.base.errors import ModelError
from models.networks.weights_file import OPENAI_EXTRAS

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
SHOWN = 3


def is_file_name(pretrained: str) -> bool:
    """Return whether `pretrained` means a file, not an open_clip tag."""
    return pretrained.endswith(SUFFIXES) or "/" in pretrained or "\\" in pretrained


def fit_weights(network: nn.Module, weights: Mapping[str, Tensor], what: str) -> None:
    """Load weights into a CLIP, its position embeddings scaled to the image size.

    Args:
        network: a CLIP of open_clip.
        weights: by name, as open_clip or OpenAI name them.
        what: description of the operation, for the message.

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
    # a different width cannot be scaled: left as it is, the comparison with the network reports it
    if _same_width(state, own, text):
        resize_text_pos_embed(state, network)
    if _same_width(state, own, "visual.positional_embedding"):
        resize_pos_embed(state, network)
    return state


def require_fit(own: Mapping[str, Tensor], given: Mapping[str, Tensor], what: str) -> None:
    """Compare names and shapes of tensors.

    Raises:
        ModelError: naming the first few of each kind of difference.
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


def _listed(kind: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return [f"{kind}: {', '.join(names[:SHOWN])}{more}"]


def _same_width(state: Mapping[str, Tensor], own: Mapping[str, Tensor], name: str) -> bool:
    return name in state and name in own and state[name].shape[1:] == own[name].shape[1:]

"""CoCa of open_clip: a network that writes a caption for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from torch import Tensor

from catalog.errors import ModelError
from models.data.transforms import Preprocessing
from models.networks.clip import preprocessing_of, register
from models.networks.tags import tag_config, tag_file
from models.networks.weights import fit_weights, is_file_name
from models.networks.weights_file import read_weights

_START, _END, _PAD = 49406, 49407, 0
"""Tokens of CLIP's own tokenizer."""


@dataclass(frozen=True)
class Captioner:
    """A CoCa with its weights, and how its images are prepared."""

    network: Any
    preprocessing: Preprocessing
    device: torch.device

    def caption(self, squares: Tensor, max_tokens: int) -> list[str]:
        """A caption for each picture: at every step the likeliest token, so always the same.

        open_clip's own `generate` asks for another package; this is its search with one beam.

        Args:
            squares: uint8 `[n, 3, size, size]`, as the preprocessing gives them.
            max_tokens: at which a caption is cut.
        """
        pixels = self.preprocessing.normalise(squares.to(self.device))
        with torch.inference_mode():
            tokens = self._tokens(pixels, min(max_tokens, self.network.context_length))
        return [_decode(row) for row in tokens.tolist()]

    def _tokens(self, pixels: Tensor, max_tokens: int) -> Tensor:
        """The tokens of captions, `[n, up to max_tokens]`, the first being the start."""
        seen = self.network(pixels)
        tokens = torch.full((len(pixels), 1), _START, device=pixels.device)
        ended = torch.zeros(len(pixels), dtype=torch.bool, device=pixels.device)
        while tokens.shape[1] < max_tokens and not bool(ended.all()):
            said = self.network(
                pixels,
                tokens,
                image_latent=seen["image_features"],
                image_embs=seen["image_embs"],
                output_labels=False,
            )
            following = said["logits"][:, -1].argmax(-1).masked_fill(ended, _PAD)
            tokens = torch.cat((tokens, following[:, None]), 1)
            ended |= following == _END
        return tokens


def load_captioner(architecture: str, weights: str) -> Captioner:
    """A CoCa with its weights.

    Args:
        architecture: a name of open_clip, such as coca_ViT-B-32.
        weights: an open_clip tag, or a .safetensors or .pt file, of which only tensors are read.

    Raises:
        ModelError: for an architecture that is no CoCa, weights that cannot be had or do not fit.
    """
    config = _config(architecture)
    source: dict[str, Any] = {}
    if is_file_name(weights):
        path = Path(weights)
    else:
        source = tag_config(architecture, weights)
        path = tag_file(source, architecture, weights)
    size = config["vision_cfg"].get("image_size", 224)
    network = open_clip.CoCa(**config)
    fit_weights(network, read_weights(path), f"{weights} into {architecture}")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return Captioner(network.eval().to(device), preprocessing_of(size, source), device)


def _config(architecture: str) -> dict[str, Any]:
    register()
    config: dict[str, Any] | None = (
        None if ":" in architecture else open_clip.get_model_config(architecture)
    )
    if config is None or "multimodal_cfg" not in config or "hf_model_name" in config["text_cfg"]:
        raise ModelError(f"no CoCa architecture '{architecture}': coca_ViT-B-32 or coca_ViT-L-14")
    config.pop("custom_text", None)
    return config


def _decode(tokens: Sequence[int]) -> str:
    """The words between the start and the end."""
    said = list(tokens[1:])
    said = said[: said.index(_END)] if _END in said else said
    words: str = open_clip.SimpleTokenizer().decode([token for token in said if token < _START])
    return words

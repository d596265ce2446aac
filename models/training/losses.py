"""Contrastive losses by name: which images and captions of a batch belong together."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def clip(image_features: Tensor, text_features: Tensor, logit_scale: Tensor) -> Tensor:
    """Each image belongs to its own caption only: N pairs up, N^2 - N down.

    Source: Radford et al. 2021, Learning transferable visual models from natural language
    supervision, figure 3.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`, of the captions in the same order.
        logit_scale: what similarities are multiplied by, `[]`.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    logits = logit_scale * image_features @ text_features.T
    own = torch.arange(len(logits), device=logits.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def multi_caption(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, captions: Tensor
) -> Tensor:
    """Works with the same caption belong together.

    With captions that name only the style, the plain loss would push a style's works away from
    its own words. Sources: Goyal et al. 2023, Finetune like you pretrain; Yang et al. 2022,
    Unified contrastive learning in image-text-label space.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`.
        logit_scale: what similarities are multiplied by, `[]`.
        captions: a number for each pair's caption `[n]`, equal for equal captions.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    return _groups_together(image_features, text_features, logit_scale, captions)


def multi_style(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, styles: Tensor
) -> Tensor:
    """Works of one style belong together, whatever their captions say.

    Source: Khosla et al. 2020, Supervised contrastive learning, between images and texts.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`.
        logit_scale: what similarities are multiplied by, `[]`.
        styles: the style of each pair `[n]`.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    return _groups_together(image_features, text_features, logit_scale, styles)


def _groups_together(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, groups: Tensor
) -> Tensor:
    """Symmetric cross-entropy to targets that are shared alike within a group."""
    logits = logit_scale * image_features @ text_features.T
    same = (groups[:, None] == groups[None, :]).to(logits.dtype)
    targets = same / same.sum(1, keepdim=True)  # symmetric: groups are as large both ways
    return (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2

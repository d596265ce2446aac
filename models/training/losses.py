"""Contrastive losses by name, which differ in the positive pairs of a batch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def clip(image_features: Tensor, text_features: Tensor, logit_scale: Tensor) -> Tensor:
    """Compute CLIP's loss: each image matches only its own caption.

    Source: Radford et al. 2021, Learning transferable visual models from natural language
    supervision, figure 3.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`, of the captions in the same order.
        logit_scale: factor of similarities, `[]`.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    logits = logit_scale * image_features @ text_features.T
    own = torch.arange(len(logits), device=logits.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def multi_caption(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, captions: Tensor
) -> Tensor:
    """Compute a loss in which works with the same caption match.

    With captions that name only the style, the plain loss would push a style's works away from
    its own words. Sources: Goyal et al. 2023, Finetune like you pretrain; Yang et al. 2022,
    Unified contrastive learning in image-text-label space.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`.
        logit_scale: factor of similarities, `[]`.
        captions: a number for each pair's caption `[n]`, equal for equal captions.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    return _groups_together(image_features, text_features, logit_scale, captions)


def multi_style(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, styles: Tensor
) -> Tensor:
    """Compute a loss in which works of one style match, whatever their captions.

    Source: Khosla et al. 2020, Supervised contrastive learning, between images and texts.

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`.
        logit_scale: factor of similarities, `[]`.
        styles: the style of each pair `[n]`.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    return _groups_together(image_features, text_features, logit_scale, styles)


def _groups_together(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, groups: Tensor
) -> Tensor:
    """Compute symmetric cross-entropy to targets spread evenly within a group."""
    logits = logit_scale * image_features @ text_features.T
    same = (groups[:, None] == groups[None, :]).to(logits.dtype)
    targets = same / same.sum(1, keepdim=True)  # symmetric, as `same` is
    return (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2

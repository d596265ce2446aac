"""The contrastive loss of images and captions."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import cross_entropy


def contrastive(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, groups: Tensor
) -> Tensor:
    """Compute symmetric cross-entropy to targets spread evenly within a group of matching pairs.

    With a group for each pair it is CLIP's own loss: Radford et al. 2021, Learning transferable
    visual models from natural language supervision, figure 3. With captions that name only the
    style that would push a style's artworks away from its own words. So artworks with the same
    caption may match (Goyal et al. 2023, Finetune like you pretrain; Yang et al. 2022, Unified
    contrastive learning in image-text-label space), or all of one style (Khosla et al. 2020,
    Supervised contrastive learning, between images and texts).

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`, of the captions in the same order.
        logit_scale: factor of similarities, `[]`.
        groups: a number for each pair `[n]`, equal for pairs that match.

    Returns:
        The mean of both directions' cross-entropy, `[]`.
    """
    logits = logit_scale * image_features @ text_features.T
    same = (groups[:, None] == groups[None, :]).to(logits.dtype)
    targets = same / same.sum(1, keepdim=True)  # symmetric, as `same` is
    return (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2

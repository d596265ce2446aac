"""Validation of tree arrays from a file: traversal of valid trees terminates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_NODES, MOST_TREES, MOST_STYLES = 200_000, 20_000, 200
_LARGEST_SCORE = 1e6
_DEEPEST = 200
LEAF = -1
"""The feature index of a leaf."""

_TYPES: Mapping[str, type[np.generic]] = {
    "feature": np.int32,
    "threshold": np.float64,
    "missing_left": np.uint8,
    "left": np.int32,
    "right": np.int32,
    "value": np.float64,
    "roots": np.int32,
    "style": np.int32,
    "baseline": np.float64,
}
_OF_TREES, _OF_STYLES = ("roots", "style"), ("baseline",)


def problems_of(tensors: Mapping[str, npt.NDArray[Any]], width: int) -> Iterator[str]:
    """Yield problems of the arrays of `trees.Trees`; only the first one is reliable.

    Args:
        tensors: by name.
        width: the number of features.
    """
    if set(tensors) != set(_TYPES):
        yield f"they need the arrays {', '.join(_TYPES)} and no other"
        return
    for name, dtype in _TYPES.items():
        if tensors[name].dtype != dtype or tensors[name].ndim != 1:
            yield f"{name} is not a list of {dtype.__name__}"
    nodes, trees, styles = (len(tensors[name]) for name in ("feature", "roots", "baseline"))
    for name in _TYPES:
        wanted = trees if name in _OF_TREES else styles if name in _OF_STYLES else nodes
        if len(tensors[name]) != wanted:
            yield f"{name} has {len(tensors[name])} elements, not {wanted}"
    if not (trees <= nodes <= MOST_NODES and 1 <= trees <= MOST_TREES):
        yield f"{trees} trees of {nodes} nodes"
    if not 2 <= styles <= MOST_STYLES:  # noqa: PLR2004
        yield f"{styles} styles"
    if np.isnan(tensors["threshold"]).any():
        yield "threshold is not finite"
    for name in ("value", "baseline"):
        if not (abs(tensors[name]) <= _LARGEST_SCORE).all():
            yield f"{name} is not finite, or beyond {_LARGEST_SCORE:,.0f}"
    yield from _structural_problems(tensors, width)


def _structural_problems(tensors: Mapping[str, npt.NDArray[Any]], width: int) -> Iterator[str]:
    feature, roots, own = tensors["feature"], tensors["roots"], np.arange(len(tensors["feature"]))
    if roots[0] != 0 or (np.diff(roots) <= 0).any() or roots[-1] >= len(feature):
        yield "roots do not rise from 0"
        return
    if ((feature < LEAF) | (feature >= width)).any():
        yield f"a node splits a feature that is not among {width}"
    if ((tensors["style"] < 0) | (tensors["style"] >= len(tensors["baseline"]))).any():
        yield "a tree adds to a missing style"
    if (tensors["missing_left"] > 1).any():
        yield "missing_left is neither 0 nor 1"
    ends = np.append(roots[1:], len(feature))[np.searchsorted(roots, own, side="right") - 1]
    leaf = feature == LEAF
    for name in ("left", "right"):
        child = tensors[name]
        if np.where(leaf, child != own, (child <= own) | (child >= ends)).any():
            yield f"{name} leaves its tree or leads back"
    children = np.concatenate([tensors["left"][~leaf], tensors["right"][~leaf], roots])
    if len(children) != len(own) or len(np.unique(children)) != len(own):
        yield "a node has not exactly one parent"
    # a degenerate tree would be traversed node by node
    if _depth(tensors) > _DEEPEST:
        yield f"a tree is deeper than {_DEEPEST} nodes"


def _depth(tensors: Mapping[str, npt.NDArray[Any]]) -> int:
    """Return the depth of the trees, counted up to `_DEEPEST`."""
    nodes, depth = tensors["roots"], 0
    while len(nodes := nodes[tensors["feature"][nodes] != LEAF]) and depth <= _DEEPEST:
        nodes = np.concatenate([tensors["left"][nodes], tensors["right"][nodes]])
        depth += 1
    return depth

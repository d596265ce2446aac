"""Boosted trees as plain arrays, stored, checked and run without scikit-learn.

Traversal of valid trees terminates, whatever file they come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.base.errors import ModelError
from models.arrays import Floats

Integers = npt.NDArray[np.int32]

UNSEEN = 3.0
_CELLS = 4_000_000
"""Nodes times rows per batch: some 10 MB."""
MAX_NODES, MAX_TREES, MAX_STYLES = 200_000, 20_000, 200
_MAX_SCORE = 1e6
_DEEPEST = 200
LEAF = -1
"""The feature index of a leaf."""

_ARRAYS: Mapping[str, tuple[type[np.generic], str]] = {
    "feature": (np.int32, "nodes"),
    "threshold": (np.float64, "nodes"),
    "missing_left": (np.uint8, "nodes"),
    "left": (np.int32, "nodes"),
    "right": (np.int32, "nodes"),
    "value": (np.float64, "nodes"),
    "roots": (np.int32, "trees"),
    "style": (np.int32, "trees"),
    "baseline": (np.float64, "styles"),
}
"""Fields of `Trees`: their type, and of what they have one element each."""


@dataclass(frozen=True)
class Trees:
    """Concatenated decision trees; a node's children come after it in the same tree.

    Attributes:
        feature: the feature that a node splits `[nodes]`, -1 for a leaf.
        threshold: values up to it go left `[nodes]`.
        missing_left: 1 where a missing value goes left, else 0 `[nodes]`.
        left: the left child `[nodes]`, the leaf itself for a leaf.
        right: the right child `[nodes]`, the leaf itself for a leaf.
        value: what a leaf adds to its style's score `[nodes]`, 0 for other nodes.
        roots: each tree's first node, rising `[trees]`.
        style: the style whose score a tree adds to `[trees]`.
        baseline: the scores before any tree `[styles]`.
    """

    feature: Integers
    threshold: Floats
    missing_left: npt.NDArray[np.uint8]
    left: Integers
    right: Integers
    value: Floats
    roots: Integers
    style: Integers
    baseline: Floats

    def raw_scores(self, features: Floats) -> Floats:
        """Compute scores before softmax `[n, styles]`, equal to scikit-learn's `decision_function`.

        Args:
            features: `[n, d]`, NaN where a value is missing.
        """
        leaves = np.flatnonzero(self.feature == LEAF)
        tree = np.searchsorted(self.roots, leaves, side="right") - 1
        values = np.zeros((len(leaves), len(self.baseline)))
        values[np.arange(len(leaves)), self.style[tree]] = self.value[leaves]
        levels = list(_levels(self.feature, self.left, self.right, self.roots))
        scores = np.tile(self.baseline, (len(features), 1))
        step = max(1, _CELLS // max(1, len(self.feature)))
        for start in range(0, len(features), step):
            columns = np.ascontiguousarray(features[start : start + step].T)
            missing = np.isnan(columns)
            reached = np.zeros((len(self.feature), columns.shape[1]), bool)
            reached[self.roots] = True
            for nodes in levels:
                split = self.feature[nodes]
                to_left = columns[split] <= self.threshold[nodes, None]
                to_left |= missing[split] & self.missing_left[nodes, None].astype(bool)
                reached[self.left[nodes]] = reached[nodes] & to_left
                reached[self.right[nodes]] = reached[nodes] & ~to_left
            scores[start : start + step] += reached[leaves].T.astype(np.float64) @ values
        return scores

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, as `from_tensors` takes them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, npt.NDArray[Any]], width: int) -> Trees:
        """Check arrays from a file, and build trees from them.

        Args:
            tensors: by name, as `tensors` gives them.
            width: the number of features, d.

        Raises:
            ModelError: naming the first problem.
        """
        for problem in _problems_of(tensors, width):
            raise ModelError(f"these are not trees of a facts classifier: {problem}")
        return cls(**tensors)


def _levels(
    feature: Integers, left: Integers, right: Integers, roots: Integers
) -> Iterator[Integers]:
    """Yield the inner nodes by their distance from the root."""
    nodes = roots
    while len(nodes := nodes[feature[nodes] != LEAF]):
        yield nodes
        nodes = np.concatenate([left[nodes], right[nodes]])


def trees_of(model: Any, styles: int) -> Trees:
    """Convert a fitted `HistGradientBoostingClassifier` without categorical features.

    Of two classes scikit-learn scores the second only; the first one's score then is 0. A style
    without a class begins as far below the rarest as `UNSEEN` says, and stays there.

    Args:
        model: its classes are the numbers of styles, at least two of them.
        styles: how many styles there are.
    """
    rounds = [*model._predictors]
    only_second = len(rounds[0]) == 1
    nodes = [tree.nodes for trees in rounds for tree in trees]
    sizes = np.array([len(tree) for tree in nodes])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    every = np.concatenate(nodes)
    offset, own = np.repeat(roots, sizes), np.arange(len(every))
    leaf = every["is_leaf"].astype(bool)
    classes = np.asarray(model.classes_)
    begin = np.asarray(model._baseline_prediction, np.float64).reshape(-1)
    begin = np.concatenate([[0.0], begin]) if only_second else begin
    baseline = np.full(styles, begin.min() - UNSEEN)
    baseline[classes] = begin
    return Trees(
        feature=np.where(leaf, LEAF, every["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, 0.0, every["num_threshold"]),
        missing_left=np.where(leaf, 0, every["missing_go_to_left"]).astype(np.uint8),
        left=np.where(leaf, own, every["left"] + offset).astype(np.int32),
        right=np.where(leaf, own, every["right"] + offset).astype(np.int32),
        value=np.where(leaf, every["value"], 0.0),
        roots=roots.astype(np.int32),
        style=np.tile(classes[int(only_second) :], len(rounds)).astype(np.int32),
        baseline=baseline,
    )


def _problems_of(tensors: Mapping[str, npt.NDArray[Any]], width: int) -> Iterator[str]:
    """Yield problems of the arrays of `Trees`; only the first one is reliable."""
    if set(tensors) != set(_ARRAYS):
        yield f"they need the arrays {', '.join(_ARRAYS)} and no other"
        return
    for name, (dtype, _) in _ARRAYS.items():
        if tensors[name].dtype != dtype or tensors[name].ndim != 1:
            yield f"{name} is not a list of {dtype.__name__}"
    nodes, trees, styles = (len(tensors[name]) for name in ("feature", "roots", "baseline"))
    lengths = {"nodes": nodes, "trees": trees, "styles": styles}
    for name, (_, each) in _ARRAYS.items():
        if len(tensors[name]) != lengths[each]:
            yield f"{name} has {len(tensors[name])} elements, not {lengths[each]}"
    if not (trees <= nodes <= MAX_NODES and 1 <= trees <= MAX_TREES):
        yield f"{trees} trees of {nodes} nodes"
    if not 2 <= styles <= MAX_STYLES:  # noqa: PLR2004
        yield f"{styles} styles"
    if np.isnan(tensors["threshold"]).any():
        yield "threshold is not finite"
    for name in ("value", "baseline"):
        if not (abs(tensors[name]) <= _MAX_SCORE).all():
            yield f"{name} is not finite, or beyond {_MAX_SCORE:,.0f}"
    yield from _structural_problems(tensors, width)


def _structural_problems(tensors: Mapping[str, npt.NDArray[Any]], width: int) -> Iterator[str]:
    feature, left, right, roots = (tensors[n] for n in ("feature", "left", "right", "roots"))
    nodes = len(feature)
    if roots[0] != 0 or (np.diff(roots) <= 0).any() or roots[-1] >= nodes:
        yield "roots do not rise from 0"
        return
    if ((feature < LEAF) | (feature >= width)).any():
        yield f"a node splits a feature that is not among {width}"
    if ((tensors["style"] < 0) | (tensors["style"] >= len(tensors["baseline"]))).any():
        yield "a tree adds to a missing style"
    if (tensors["missing_left"] > 1).any():
        yield "missing_left is neither 0 nor 1"
    own, leaf = np.arange(nodes), feature == LEAF
    ends = np.append(roots[1:], nodes)[np.searchsorted(roots, own, side="right") - 1]
    for name, child in (("left", left), ("right", right)):
        if np.where(leaf, child != own, (child <= own) | (child >= ends)).any():
            yield f"{name} leaves its tree or leads back"
    children = np.concatenate([left[~leaf], right[~leaf], roots])
    if len(children) != nodes or len(np.unique(children)) != nodes:
        yield "a node has not exactly one parent"
    # a degenerate tree would be traversed node by node
    if len([*islice(_levels(feature, left, right, roots), _DEEPEST + 1)]) > _DEEPEST:
        yield f"a tree is deeper than {_DEEPEST} nodes"

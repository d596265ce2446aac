"""Boosted trees as plain arrays, stored, checked and run without scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.base.errors import ModelError
from models.facts.tree_checks import LEAF, problems_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]

UNSEEN = 3.0
_CELLS = 4_000_000
"""Nodes times rows per batch: some 10 MB."""


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
        scores = np.tile(self.baseline, (len(features), 1))
        step = max(1, _CELLS // max(1, len(self.feature)))
        for start in range(0, len(features), step):
            rows = slice(start, start + step)
            scores[rows] += self._reached(features[rows]).T @ self._leaf_values
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
        for problem in problems_of(tensors, width):
            raise ModelError(f"these are not trees of a facts classifier: {problem}")
        return cls(**tensors)

    def _reached(self, features: Floats) -> Floats:
        """Return 1 for each leaf that a row reaches, else 0 `[leaves, n]`."""
        here = np.zeros((len(self.feature), len(features)), bool)
        here[self.roots] = True
        columns = np.ascontiguousarray(features.T)
        missing = np.isnan(columns)
        for nodes in self._levels:
            split = self.feature[nodes]
            to_left = columns[split] <= self.threshold[nodes, None]
            to_left |= missing[split] & self.missing_left[nodes, None].astype(bool)
            here[self.left[nodes]] = here[nodes] & to_left
            here[self.right[nodes]] = here[nodes] & ~to_left
        reached: Floats = here[self.feature == LEAF].astype(np.float64)
        return reached

    @cached_property
    def _levels(self) -> list[Integers]:
        """Return the inner nodes by their distance from the root."""
        levels, nodes = [], self.roots
        while len(nodes := nodes[self.feature[nodes] != LEAF]):
            levels.append(nodes)
            nodes = np.concatenate([self.left[nodes], self.right[nodes]])
        return levels

    @cached_property
    def _leaf_values(self) -> Floats:
        """Return each leaf's contribution to each style `[leaves, styles]`."""
        leaves = np.flatnonzero(self.feature == LEAF)
        values = np.zeros((len(leaves), len(self.baseline)))
        style = self.style[np.searchsorted(self.roots, leaves, side="right") - 1]
        values[np.arange(len(leaves)), style] = self.value[leaves]
        return values


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

"""Types of arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int64]
"""Styles, as indices into a vocabulary."""
Vectors = npt.NDArray[np.float32]
"""Embeddings, `[n, d]`."""

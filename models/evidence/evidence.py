"""Evidence about artworks: log-probabilities over styles, by kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats
from models.evidence.patterns import KINDS, pattern_of


@dataclass(frozen=True)
class Evidence:
    """Log-probabilities of `n` artworks by kind of evidence, in one order."""

    artworks: int
    logs: Mapping[str, Floats]
    """Log-probabilities `[n, styles]` by kind; other artworks' rows are unused."""
    present: Mapping[str, Flags]
    """Whether an artwork has that kind of evidence, `[n]`."""

    def patterns(self) -> list[str]:
        """Name each artwork's pattern; empty where nothing is known."""
        kinds = [kind for kind in KINDS if kind in self.present]
        flags = np.stack([self.present[kind] for kind in kinds], axis=1) if kinds else None
        if flags is None:
            return [""] * self.artworks
        codes = flags @ (1 << np.arange(len(kinds)))
        names = {
            int(code): pattern_of([kind for at, kind in enumerate(kinds) if code >> at & 1])
            for code in np.unique(codes)
        }
        return [names[int(code)] for code in codes]

    def only(self, kinds: Collection[str]) -> Evidence:
        """Leave out all other kinds of evidence."""
        return Evidence(
            self.artworks,
            {kind: found for kind, found in self.logs.items() if kind in kinds},
            {kind: found for kind, found in self.present.items() if kind in kinds},
        )

    def take(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Evidence:
        """Select some of the artworks, in the given order."""
        where = np.asarray(rows, np.int64)
        return Evidence(
            len(where),
            {kind: found[where] for kind, found in self.logs.items()},
            {kind: found[where] for kind, found in self.present.items()},
        )

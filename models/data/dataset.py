"""Labelled examples: images decoded once, style indices, facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from torch import Tensor

from catalog.base.errors import ImageError
from models.data.captions import Facts

MEMORY_BUDGET = 1_500_000_000
"""Bytes of decoded images to keep; the others are decoded on each access."""

FACTS = ("artist", "artist_catalogued", "title", "technique", "nationality", "form")


@dataclass(frozen=True)
class Examples:
    """Labelled artworks for training and evaluation."""

    artwork_ids: list[str]
    jpegs: pa.ChunkedArray[Any]
    labels: npt.NDArray[np.int64]
    """Index of each artwork's style in the vocabulary, `[n]`."""
    facts: list[Facts]

    def __len__(self) -> int:
        return len(self.artwork_ids)

    def counts(self, styles: int) -> tuple[int, ...]:
        """Count the artworks of each style, in the order of the vocabulary."""
        return tuple(np.bincount(self.labels, minlength=styles).tolist())

    def take(self, rows: Sequence[int]) -> Examples:
        """Select some of the artworks, in the given order."""
        return Examples(
            [self.artwork_ids[row] for row in rows],
            self.jpegs.take(pa.array(rows, pa.int64())),
            self.labels[list(rows)],
            [self.facts[row] for row in rows],
        )


def read_examples(table: pa.Table, styles: Sequence[str]) -> Examples:
    """Select the artworks whose style is in the vocabulary from a table of examples.

    It has the columns artwork_id, image (JPEG), style, and the facts that captions speak of.
    """
    index = {style: number for number, style in enumerate(styles)}
    chosen = labelled(table, styles)
    columns: list[dict[str, Any]] = chosen.select(["style", *FACTS]).to_pylist()
    return Examples(
        [str(artwork_id) for artwork_id in chosen["artwork_id"].to_pylist()],
        chosen["image"],
        np.array([index[row["style"]] for row in columns], np.int64),
        [Facts(**row) for row in columns],
    )


def labelled(table: pa.Table, styles: Sequence[str]) -> pa.Table:
    """Return the rows whose style is in the vocabulary, in their order."""
    return table.filter(pc.is_in(table["style"], pa.array(styles, pa.string())))


class Images:
    """Decoded images by position, cached in memory up to a budget.

    Reading is safe from several threads.
    """

    def __init__(
        self,
        examples: Examples,
        read: Callable[[bytes], Tensor],
        *,
        threads: int,
        budget: int = MEMORY_BUDGET,
    ) -> None:
        """Decode the artworks' images by `read` until `budget` bytes are used."""
        self._examples, self._read = examples, read
        self._kept: list[Tensor] = []
        works, chunk = len(examples), 16 * threads
        with ThreadPoolExecutor(threads, thread_name_prefix="images") as pool:
            for start in range(0, works, chunk):
                for image in pool.map(self._decode, range(start, min(start + chunk, works))):
                    budget -= image.nbytes
                    if budget < 0:
                        return
                    self._kept.append(image)

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, position: int) -> Tensor:
        """Return the image at a position, uint8 `[3, h, w]`.

        Raises:
            ImageError: naming the artwork, if its image cannot be decoded.
        """
        return self._kept[position] if position < self.kept else self._decode(position)

    @property
    def kept(self) -> int:
        """Number of decoded images in memory."""
        return len(self._kept)

    def _decode(self, position: int) -> Tensor:
        try:
            return self._read(self._examples.jpegs[position].as_py())
        except ImageError as error:
            message = f"{self._examples.artwork_ids[position]}: {error}"
            raise ImageError(error.status, message) from error

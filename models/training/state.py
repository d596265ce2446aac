"""The state of a training run, stored in the home so that it can be resumed.

One file holds everything. It is replaced as a whole, so a reader finds a complete state of one
epoch. Its SHA-256 follows it: a changed byte would give another model.
"""

from __future__ import annotations

import hashlib
import io
import logging
import time
from typing import Any

import torch

from catalog.base.wording import one_line
from catalog.storage.store import Store

_DIGEST = hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


class TrainingState:
    """Storage of the last snapshot of a training run: numbers, texts and tensors by name."""

    def __init__(self, home: Store, key: str, *, every_seconds: float = 20.0) -> None:
        """Set the key of the run (letters, digits, hyphens) and the minimum interval of writes.

        `every_seconds` is the work that an interruption may lose; 0 writes after every epoch.
        """
        if not key.replace("-", "").isalnum():
            raise ValueError(f"not a key: {key!r}")
        self._home, self._key, self._every = home, key, every_seconds
        self._name = f"training/{key}.pt"
        self._written = time.monotonic()

    @property
    def locked(self) -> TrainingState:
        """State of the same training run's first epochs, with a locked image tower."""
        return TrainingState(self._home, f"{self._key}-locked", every_seconds=self._every)

    @property
    def due(self) -> bool:
        """Return whether the next write is due."""
        return time.monotonic() - self._written >= self._every

    def load(self) -> dict[str, Any] | None:
        """Read the last snapshot; None if there is none or it is damaged: training starts over."""
        try:
            file = self._home.read(self._name)
        except FileNotFoundError:
            return None
        content, digest = file[:-_DIGEST], file[-_DIGEST:]
        if hashlib.sha256(content).digest() != digest:
            _log.warning("%s is damaged (its checksum differs): training starts over", self._name)
            return None
        try:
            snapshot: dict[str, Any] = torch.load(
                io.BytesIO(content), map_location="cpu", weights_only=True
            )
        except Exception as error:  # torch raises nearly any
            reason = one_line(error, 300)
            _log.warning("%s cannot be read (%s): training starts over", self._name, reason)
            return None
        return snapshot

    def save(self, snapshot: dict[str, Any]) -> None:
        """Replace the last snapshot."""
        buffer = io.BytesIO()
        torch.save(snapshot, buffer)
        content = buffer.getvalue()
        self._home.write(self._name, content + hashlib.sha256(content).digest())
        self._written = time.monotonic()

    def discard(self) -> None:
        """Remove the snapshots after the end of the training run."""
        self._home.delete(self._name)
        self._home.delete(self.locked._name)

"""The state of a training run, stored in the home so that it can be resumed.

One safetensors file holds everything: tensors by name, and in its header what is not a tensor. It
is replaced as a whole, so a reader finds a complete state of one epoch. Its
SHA-256 follows it: a changed byte would give another model.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from catalog.storage.store import Store

_HEADER = "artcat"
_OPTIMIZER = "optimizer"
_DIGEST = hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingSnapshot:
    """The state of a training run after an epoch."""

    tensors: dict[str, Tensor]
    notes: dict[str, Any] = field(default_factory=dict)
    """Values other than tensors, as JSON."""

    def group(self, prefix: str) -> dict[str, Tensor]:
        """Return the tensors whose name begins with `prefix.`, without it."""
        start = f"{prefix}."
        return {n.removeprefix(start): t for n, t in self.tensors.items() if n.startswith(start)}


class TrainingState:
    """Storage of the last snapshot of a training run."""

    def __init__(self, home: Store, key: str, *, every_seconds: float = 20.0) -> None:
        """Set the location and the minimum interval of writes.

        Args:
            home: of the tables.
            key: of the training run; letters and digits.
            every_seconds: work that an interruption may lose; 0 writes after every epoch.
        """
        if not key.replace("-", "").isalnum():
            raise ValueError(f"not a key: {key!r}")
        self._home = home
        self._key = key
        self._name = f"training/{key}.safetensors"
        self._every = every_seconds
        self._written = time.monotonic()

    @property
    def locked(self) -> TrainingState:
        """State of the same training run's first epochs, with a locked image tower."""
        return TrainingState(self._home, f"{self._key}-locked", every_seconds=self._every)

    @property
    def due(self) -> bool:
        """Return whether the next write is due."""
        return time.monotonic() - self._written >= self._every

    def load(self) -> TrainingSnapshot | None:
        """Read the last snapshot; None if there is none or it is damaged: training starts over."""
        try:
            file = self._home.read(self._name)
            content, digest = file[:-_DIGEST], file[-_DIGEST:]
            if hashlib.sha256(content).digest() != digest:
                raise ValueError("its checksum differs")  # noqa: TRY301
            notes = json.loads(_header(content)[_HEADER])
            return TrainingSnapshot(load(content), notes)
        except FileNotFoundError:
            return None
        except (SafetensorError, LookupError, TypeError, ValueError) as error:
            _log.warning("%s is damaged (%s): training starts over", self._name, error)
            return None

    def save(self, snapshot: TrainingSnapshot) -> None:
        """Replace the last snapshot."""
        tensors = {n: t.detach().cpu().contiguous() for n, t in snapshot.tensors.items()}
        content = save(tensors, {_HEADER: json.dumps(snapshot.notes)})
        self._home.write(self._name, content + hashlib.sha256(content).digest())
        self._written = time.monotonic()

    def discard(self) -> None:
        """Remove the snapshots after the end of the training run."""
        self._home.delete(self._name)
        self._home.delete(self.locked._name)


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the optimizer's state of each weight, by name."""
    return {
        f"{_OPTIMIZER}.{number}.{name}": value
        for number, tensor in enumerate(_weights(optimizer))
        for name, value in optimizer.state[tensor].items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, snapshot: TrainingSnapshot) -> None:
    """Restore an optimizer's state, in the memory layout of each weight."""
    tensors = _weights(optimizer)
    for name, value in snapshot.group(_OPTIMIZER).items():
        number, _, what = name.partition(".")
        weight = tensors[int(number)]
        # The fused step needs equal strides of weight and state.
        own = torch.empty_like(weight) if value.shape == weight.shape else value.to(weight.device)
        optimizer.state[weight][what] = own.detach().copy_(value)


def named(prefix: str, network: nn.Module) -> dict[str, Tensor]:
    """Return a network's weights by name, below a prefix."""
    return {f"{prefix}.{name}": value for name, value in network.state_dict().items()}


def _weights(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [tensor for group in optimizer.param_groups for tensor in group["params"]]


def _header(content: bytes) -> dict[str, str]:
    """Read the metadata of a safetensors file: eight bytes of length, then JSON."""
    length = int.from_bytes(content[:8], "little")
    return dict(json.loads(content[8 : 8 + length])["__metadata__"])

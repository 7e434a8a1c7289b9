"""Checkpoints of fine-tuning: a later attempt continues from one to the same bits."""

from __future__ import annotations

import hashlib
import io
import logging
import time
from typing import TYPE_CHECKING, Final, Self

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from safetensors.numpy import load, save

from kenpin.domain.ids import RunId, checkpoint_prefix
from kenpin.domain.run.values import Identity
from kenpin.ports import ObjectStore, Unavailable

if TYPE_CHECKING:
    from types import TracebackType

EVERY_S: Final = 60.0
"""Seconds between two checkpoints: the work that is lost with a machine. A shorter run stores none."""
logger = logging.getLogger("kenpin.training")


class Checkpoint(Struct, frozen=True):
    """The state between two epochs. Each epoch draws its random numbers from the seed and its own number."""

    epoch: int
    """The last that was completed; 0 before the first."""
    variables: list[NDArray[np.float32] | NDArray[np.int64]] = []
    """The trainable variables, then the optimizer's."""


class CheckpointStore:
    """Stores the latest checkpoint of one run and one identity: another identity gives other bits.

    `with checkpoints:` stores the last checkpoint when the work in it raises.
    """

    def __init__(self, objects: ObjectStore, run_id: RunId, identity: Identity, epochs: int) -> None:
        bits = hashlib.sha256(msgspec.json.encode(identity, order="deterministic")).hexdigest()
        self._objects, self._prefix = objects, f"{checkpoint_prefix(run_id)}{bits[:16]}."
        self.last = self._found(epochs)
        """The checkpoint at which this attempt begins."""
        self._kept, self._kept_at = self.last, time.monotonic()
        self._now = self.last

    def keep(self, checkpoint: Checkpoint) -> None:
        """Take the checkpoint of an epoch; store it when EVERY_S have passed since the last."""
        self._now = checkpoint
        if time.monotonic() > self._kept_at + EVERY_S:
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self._now is not self._kept:
            self._write()

    def _found(self, epochs: int) -> Checkpoint:
        names = {self._name(epoch): epoch for epoch in range(1, epochs + 1)}
        stored = self._objects.has(list(names))
        if not stored:
            return Checkpoint(0)
        latest = max(stored)
        with self._objects.open(latest) as file:
            tensors = load(file.read())
        return Checkpoint(names[latest], [tensors[place] for place in sorted(tensors)])

    def _write(self) -> None:
        """Store the checkpoint. A failure is logged: a run does not fail for lack of one."""
        body = save({f"{place:05d}": value for place, value in enumerate(self._now.variables)})
        try:
            self._objects.put(self._name(self._now.epoch), io.BytesIO(body))
            if self._kept.epoch:
                self._objects.expire(self._name(self._kept.epoch))
        except (Unavailable, OSError) as error:
            logger.warning("epoch %s is not kept: %s", self._now.epoch, error)
        else:
            self._kept = self._now
        self._kept_at = time.monotonic()

    def _name(self, epoch: int) -> str:
        return f"{self._prefix}{epoch:03d}.safetensors"

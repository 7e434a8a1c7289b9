"""State of a model: its stage and threshold."""

from __future__ import annotations

from msgspec import Struct

from kenpin.domain.model.events import (
    Stage,
)


class ModelState(Struct, frozen=True):
    """A model, as far as its rules depend on it."""

    version: int = 0
    stage: Stage = "candidate"
    threshold: float = 0.5
    retired: bool = False
    exports: frozenset[str] = frozenset()
    inspections: frozenset[str] = frozenset()

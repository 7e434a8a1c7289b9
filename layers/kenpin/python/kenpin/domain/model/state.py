"""State of a model: its stage and threshold."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from rpds import HashTrieMap

from kenpin.domain.gates import GateReport
from kenpin.domain.ids import Sha256
from kenpin.domain.model.events import ModelRegistered, Stage

InspectionStatus = Literal["working", "done", "failed"]


class ModelState(Struct, frozen=True):
    """A model, as far as its rules depend on it."""

    version: int = 0
    registered: ModelRegistered | None = None
    stage: Stage = "candidate"
    threshold: float = 0.5
    grey_from: float | None = None
    report: GateReport | None = None
    """Of the gates, as last evaluated."""
    retired: bool = False
    exports: frozenset[str] = frozenset()
    onnx_export: Sha256 | None = None
    """Digest of the newest export as ONNX"""
    inspections: HashTrieMap[str, InspectionStatus] = HashTrieMap()

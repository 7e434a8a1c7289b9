"""Answers about inspections, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.projections.database import Row


class QueuedInspection(BaseModel):
    inspection_id: str
    model_id: str
    job_id: str


class ModelInspection(BaseModel):
    inspection_id: str
    model_id: str
    dataset_id: str
    dataset_version: int
    threshold: float
    """Scores at or above it were judged NG"""
    predictions: str
    """SHA-256 of the file with the scores"""
    images: int
    judged_ng: int
    grey_from: float | None = None
    """Scores from here up to the threshold were in the grey zone, for people to look at; None: there was none"""
    grey: int | None = None
    """Images in the grey zone"""
    unfamiliar: int | None
    """Images like nothing that the model learnt; None: it cannot say"""
    left_out: int
    """Images that cannot be read, or were named and are not in the dataset"""
    remaining: int
    """Images without a score that are left for another inspection"""
    inspected_at: datetime


class InspectionAnswer(BaseModel):
    inspection_id: str
    model_id: str
    state: Literal["working", "done", "failed"]
    failed: str = ""
    """The reason for having no result"""
    requested_by: str | None = None
    requested_at: datetime | None = None
    is_automatic: bool = False
    """Kenpin asked, for images that arrived"""
    result: ModelInspection | None = None

    @classmethod
    def of(cls, row: Row) -> "InspectionAnswer":
        is_done = row["state"] == "done"
        return cls(
            inspection_id=row["inspection_id"],
            model_id=row["model_id"],
            state=row["state"],
            failed=row["failed"] or "",
            requested_by=row["requested_by"],
            requested_at=row["requested_at"],
            is_automatic=row["after"] is not None,
            result=ModelInspection.model_validate(row) if is_done else None,
        )

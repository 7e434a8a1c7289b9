"""Answers about models, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.domain.run.values import Evaluation


class Model(BaseModel):
    model_id: str
    project_id: str
    dataset_id: str
    dataset_version: int | None
    run_id: str
    artifact: str
    threshold: float
    threshold_reason: str | None
    stage: Literal["candidate", "production", "retired"]
    stage_reason: str | None
    staged_by: str | None
    evaluation: Evaluation | None
    recipe: dict[str, str | int | float | None] | None
    registered_at: datetime
    version: int

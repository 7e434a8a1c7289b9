"""Answers about models, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.domain.gates import GateReport
from kenpin.domain.model.events import ModelFormat
from kenpin.domain.recipe import RecipeValue
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
    grey_from: float | None = None
    """Scores from here up to the threshold are the grey zone; None: there is none"""
    stage: Literal["candidate", "production", "retired"]
    stage_reason: str | None
    staged_by: str | None
    override_reason: str | None = None
    """The reason for production without passed gates"""
    gates: GateReport | None = None
    """The results of the project's gates, as last evaluated"""
    evaluation: Evaluation | None
    recipe: dict[str, RecipeValue] | None
    registered_at: datetime
    version: int


class StageChange(BaseModel):
    """A change of a model's stage."""

    at: datetime
    by: str
    model_id: str
    stage: Literal["candidate", "production", "retired"]
    reason: str | None
    override_reason: str | None
    """The reason for production without passed gates"""
    back_to: str | None
    """A rollback: the model that is in production again"""
    in_production: str | None
    """The model in production from then on"""


class Production(BaseModel):
    """The model of a dataset that was in production at a time, and all changes of stage until then."""

    dataset_id: str
    model_id: str | None
    """None: no model was in production"""
    since: datetime | None
    before: str | None
    """The model that a rollback leads to"""
    history: list[StageChange]
    """Oldest first"""


class QueuedModelExport(BaseModel):
    export_id: str
    model_id: str
    job_id: str


class ModelExportFile(BaseModel):
    format: ModelFormat
    digest: str
    """SHA-256 of the zip file"""
    size: int
    """Bytes"""
    images: int
    """Images that were compared"""
    largest_difference: float
    tolerance: float


class StoredModelExport(BaseModel):
    """An export whose file is stored."""

    export_id: str
    at: datetime
    by: str
    file: ModelExportFile
    url: str
    """The signed address of the zip file, valid for half an hour to an hour"""


class StoredModelExports(BaseModel):
    items: list[StoredModelExport]
    """Newest first"""


class ModelCard(BaseModel):
    """The model card of an export, as Markdown: data, recipe, figures, regions, limits and licence."""

    model_id: str
    export_id: str
    text: str
    """Markdown"""


class ModelExportAnswer(BaseModel):
    export_id: str
    model_id: str
    state: Literal["making", "done", "failed"]
    failed: str
    """The reason for having no file"""
    file: ModelExportFile | None
    """The files that were made, and the distance of their answers from those of the model"""
    url: str | None
    """The signed address of the zip file, valid for half an hour to an hour"""

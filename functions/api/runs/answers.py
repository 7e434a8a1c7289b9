"""Answers about training runs, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.http.answers import Accepted
from kenpin.domain.run.values import Evaluation, Identity


class RunAccepted(Accepted):
    accepted_only: bool = False
    left_out: int = 0
    """Images judged OK or NG that the run leaves out, as nobody else has accepted them"""


class Epoch(BaseModel):
    epoch: int
    metrics: dict[str, float]
    at: datetime


class RunFailure(BaseModel):
    reason: str
    log_tail: str


class Run(BaseModel):
    run_id: str
    project_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    recipe: dict[str, str | int | float | None]
    seed: int
    parent_model: str | None
    accepted_only: bool = False
    left_out: int = 0
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    attempt: int
    stage: str | None
    done: int | None
    total: int | None
    eta_seconds: float | None
    epochs: list[Epoch]
    evaluation: Evaluation | None
    predictions: str | None
    predictions_url: str | None = None
    artifact: str | None
    artifact_url: str | None = None
    identity: Identity | None
    failure: RunFailure | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    queue_place: int | None
    version: int
    stale: bool = False


class PredictedRegion(BaseModel):
    """A part of an image that the model judges NG, in pixels of the image."""

    box: tuple[float, float, float, float]
    """x, y, width, height"""
    area: float
    """Square pixels"""
    length: float
    """The diagonal of the box"""
    score: float
    """The highest inside"""
    class_id: str | None


class Prediction(BaseModel):
    image_id: str
    split: str | None
    truth: str | None
    score: float
    unfamiliar: float | None = None
    """Distance to what the model learnt: 1 and more is like nothing of it; None: not measured"""
    thumbnail_url: str | None
    width: int | None
    height: int | None
    """Pixels; None where the image is gone"""
    heatmap: str | None = None
    """A grey PNG in Base64 that covers the image: white is NG. Only with `maps`; None: the run kept no map of it, or
    the image was erased."""
    regions: list[PredictedRegion] = []
    """Highest score first; only with `maps`"""

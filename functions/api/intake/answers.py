"""Answers about intake, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.domain.model.verdict import ModelVerdict


class IntakeSource(BaseModel):
    source: str
    last_at: datetime
    registered: int
    known: int
    """Sent again"""
    rejected: int
    tested: int
    """Test events, which registered nothing"""
    dropped: int
    """Pictures that an agent at the line did not send, since it was set up"""


class IntakeCamera(BaseModel):
    """A camera of a line, by the images that its events registered."""

    project_id: str
    line: str
    """Empty: the events name none"""
    camera: str
    last_at: datetime
    per_minute_hour: float
    """Images per minute in the last hour"""
    per_minute_day: float
    """Images per minute in the last day"""
    lag_seconds: float | None
    """Mean time from capture to registration, in the last hour with images"""
    out_of_order: int
    """Images of the last day whose capture is before that of an image that came earlier"""
    ahead_seconds: float
    """The most that a capture of the last day is after its arrival: the camera's clock is ahead"""
    is_silent: bool
    """No image for 15 minutes"""


class Intake(BaseModel):
    """All sources, the one heard last first."""

    sources: list[IntakeSource]
    cameras: list[IntakeCamera] = []
    """Silent ones first"""
    rejected: int
    """Rejected arrivals that wait for a person"""


class DifferingField(BaseModel):
    field: str
    first: str | None
    """In the first event with this source and id"""
    now: str | None


class RejectedArrival(BaseModel):
    rejected_id: str
    source: str
    event_id: str
    actor: str
    reason: str
    body: object
    differences: list[DifferingField] = []
    """Of an event whose id its source gave to another event before"""
    attempts: int
    first_at: datetime
    last_at: datetime


class Dismissed(BaseModel):
    rejected_id: str


class LineAnswer(BaseModel):
    """The answer to an event, for the line that sent it. The fields of the verdict are null until it is `answered`."""

    state: Literal["waiting", "late", "answered", "rejected"]
    """`late`: there is no answer 20 minutes after the event arrived. One that comes later is still given"""
    reason: str | None = None
    """Why it was rejected"""
    verdict: ModelVerdict | None = None
    """`grey`: a person is to look. `unfamiliar`: the picture is like nothing that the model learnt"""
    score: float | None = None
    threshold: float | None = None
    """Of the inspection: scores at or above it are NG"""
    model_id: str | None = None
    at: datetime | None = None
    """When the model had inspected the picture"""


class IntakeOutcome(BaseModel):
    """The outcome of one event. `tested`: it was a test of the connection and registered nothing. `noted`: drops."""

    id: str
    outcome: Literal["registered", "known", "rejected", "tested", "noted"]
    detail: str = ""

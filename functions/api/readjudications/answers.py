"""Answers about re-adjudication, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.images.answers import Image
from kenpin.domain.dataset.values import Cause
from kenpin.domain.ids import Verdict


class QueuedReadjudication(BaseModel):
    job_id: str
    readjudication_id: str


class Readjudication(BaseModel):
    """A request to judge old decisions again, and its progress."""

    readjudication_id: str
    dataset_id: str
    version: int
    class_id: str
    sample_id: str | None
    cause: Cause
    run_id: str | None
    label_book_revision: int
    size: int
    requested_at: datetime
    open: int
    kept: int
    changed: int
    gone: int
    """Excluded, withdrawn, or part of a later request"""
    last_answered_at: datetime | None
    seconds_spent: float | None
    """Time that people spent on the images, in all"""


class DecisionChange(BaseModel):
    """The number of images that went from one decision to another, or kept it."""

    old_verdict: Verdict
    old_classes: list[str]
    new_verdict: Verdict
    new_classes: list[str]
    images: int


class ClassSummary(BaseModel):
    class_id: str
    kept: int
    gained: int
    """Images that have the class now and did not have it before"""
    lost: int


class ReadjudicationSummary(Readjudication):
    """A request with the changes that it led to."""

    changes: list[DecisionChange]
    classes: list[ClassSummary]
    seconds_taken: float | None
    """From the request to the last answer; None before the first answer"""
    as_of: int
    stale: bool = False


class ReadjudicationItem(BaseModel):
    """One old decision to judge again: the decision, the reason and the new decision."""

    rank: int
    reason: Literal["class_revised", "near_sample"]
    distance: float | None
    score: float | None
    old_verdict: Verdict
    old_classes: list[str]
    outcome: Literal["kept", "changed", "excluded", "erased", "withdrawn", "superseded"] | None
    """None while it is open"""
    new_verdict: Verdict | None
    new_classes: list[str] | None
    answered_by: str | None
    answered_at: datetime | None
    image: Image

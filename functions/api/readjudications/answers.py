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
    """A request to look at old decisions again, and how far that is."""

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
    """Excluded, taken back, or asked for by a later request."""
    last_answered_at: datetime | None
    seconds_spent: float | None
    """People's time on the images, together."""


class FromTo(BaseModel):
    """So many images went from this decision to that; to the same one, when it was kept."""

    old_verdict: Verdict
    old_classes: list[str]
    new_verdict: Verdict
    new_classes: list[str]
    images: int


class ClassSummary(BaseModel):
    class_id: str
    kept: int
    gained: int
    """Images that have the class now and had it not."""
    lost: int


class ReadjudicationSummary(Readjudication):
    """What the new look changed."""

    changes: list[FromTo]
    classes: list[ClassSummary]
    seconds_taken: float | None
    """From the request to the last answer; None before the first."""
    as_of: int
    stale: bool = False


class ReadjudicationItem(BaseModel):
    """One decision in question: what was said, why it is here, what was said anew."""

    rank: int
    reason: Literal["class_revised", "near_sample"]
    distance: float | None
    score: float | None
    old_verdict: Verdict
    old_classes: list[str]
    outcome: Literal["kept", "changed", "excluded", "erased", "withdrawn", "superseded"] | None
    """None while it is open."""
    new_verdict: Verdict | None
    new_classes: list[str] | None
    answered_by: str | None
    answered_at: datetime | None
    image: Image

"""What the API answers about the label standard and the decisions that it puts in question."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.answers import Image
from kenpin.domain.dataset.values import Cause
from kenpin.domain.ids import Verdict
from kenpin.domain.project.values import Rule


class ShownExample(BaseModel):
    dataset_id: str
    image_id: str
    note: str
    image_url: str | None
    thumbnail_url: str | None


class LimitSample(BaseModel):
    sample_id: str
    class_id: str
    side: Literal["accepted", "rejected"]
    dataset_id: str
    image_id: str
    note: str
    valid_from: int
    """The version of the project that it, or its withdrawal, came with."""
    valid_until: date | None
    approved_by: str
    approved_at: datetime
    status: Literal["valid", "expired", "withdrawn"]
    withdrawn: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    image_url: str | None
    thumbnail_url: str | None


class BookClass(BaseModel):
    class_id: str
    name: str
    name_ja: str
    key: int | None
    description: str
    rule: Rule | None
    examples: list[ShownExample]
    retired: str | None
    valid_from: int
    """The version of the project that it reads so since."""
    samples: list[LimitSample]


class LabelBook(BaseModel):
    """The label standard as of a version of the project's stream."""

    project_id: str
    revision: int
    as_of: int
    revised_at: datetime | None
    rules: str
    """What holds for every class."""
    classes: list[BookClass]
    stale: bool = False


class BookRevision(BaseModel):
    revision: int
    version: int
    what: str
    """The event that made it."""
    class_id: str | None
    sample_id: str | None
    reason: str
    by: str
    at: datetime


class BookFieldChange(BaseModel):
    field: str
    before: object
    after: object


class ClassChange(BaseModel):
    class_id: str
    change: Literal["added", "revised", "retired", "returned"]
    fields: list[BookFieldChange]


class SampleChange(BaseModel):
    sample_id: str
    class_id: str
    side: Literal["accepted", "rejected"]
    change: Literal["approved", "withdrawn"]


class LabelBookDiff(BaseModel):
    """What two revisions of the label book say differently."""

    before: int
    after: int
    rules: BookFieldChange | None
    classes: list[ClassChange]
    samples: list[SampleChange]


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

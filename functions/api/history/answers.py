"""Answers about history, field by field: streams, events, the timeline and diffs."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.datasets.answers import Counts
from kenpin.domain.dataset.values import Capture, Defect
from kenpin.domain.ids import Split, Verdict


class Stream(BaseModel):
    stream: str
    version: int
    hash: str


class StoredCommit(BaseModel):
    """A commit as stored: `meta` and `body` are the exact text that was hashed."""

    first: int
    count: int
    hash: str
    meta: str
    body: str


class RecordedEvent(BaseModel):
    event_id: str
    stream: str
    version: int
    type: str
    schema_version: int
    recorded_at: datetime
    actor: str
    correlation_id: str | None
    causation_id: str | None
    data: dict[str, object]


Kind = Literal[
    "added",
    "excluded",
    "restored",
    "labelled",
    "relabelled",
    "reshaped",
    "confirmed",
    "withdrawn",
    "reviewed",
    "split",
    "capture",
]
"""relabelled: another verdict or other classes; reshaped: drawn otherwise; confirmed: judged the same again."""


class Change(BaseModel):
    """One commit."""

    stream: str
    first: int
    last: int
    hash: str
    recorded_at: datetime
    actor: str
    batch_id: str | None
    correlation_id: str | None
    events: dict[str, int]
    """How many of each type."""
    reason: str
    """What all of its events give as theirs; empty where they differ."""


class Judged(BaseModel):
    """A judgement that stood."""

    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int


class Standing(BaseModel):
    """How an image stood at one of the two versions."""

    verdict: Verdict | None
    defects: list[Defect]
    mask_urls: list[str]
    judged: Judged | None
    review: str | None
    split: Split | None
    excluded: str | None
    capture: Capture


class FieldChange(BaseModel):
    """Who gave a field the value that it has at the later version."""

    field: Literal["image", "annotation", "review", "split", "excluded", "capture"]
    version: int
    by: str
    at: datetime
    why: str


class ShapeChange(BaseModel):
    """A defect before, after, or both, matched within its class by how far they overlap."""

    class_id: str
    before: int | None
    after: int | None
    """Places in the defects of the two sides."""
    iou: float | None
    """Intersection over union, 0..1; None where a mask or no shape at all leaves it open."""


class DiffItem(BaseModel):
    image_id: str
    ordinal: int
    name: str
    width: int
    height: int
    kinds: list[Kind]
    before: Standing | None
    """None: it was not there."""
    after: Standing
    changes: list[FieldChange]
    shapes: list[ShapeChange]
    image_url: str | None
    thumbnail_url: str | None


class Relabelled(BaseModel):
    """How many images went from one verdict to another; `unlabelled` is one of them."""

    before: str
    after: str
    images: int


class Side(BaseModel):
    """A dataset at one of the two versions."""

    version: int
    images: int
    excluded: int
    counts: Counts
    """Of images that take part, by verdict."""
    classes: dict[str, int]
    """Images that take part and show a defect of the class."""


class Leak(BaseModel):
    """A part or lot with images in the test split and among those learnt from."""

    field: Literal["part", "lot"]
    value: str
    train: int
    test: int
    image_ids: list[str]
    """Of the changed images, those that are in it; at most 20."""


class Summary(BaseModel):
    before: Side
    after: Side
    kinds: dict[Kind, int]
    verdicts: list[Relabelled]
    leaks: list[Leak]
    complete: bool
    """False where so many images changed that `kinds`, `verdicts` and `leaks` count only the first of them."""


class Diff(BaseModel):
    """What differs between two versions of a dataset. The summary comes with the first page."""

    before: int
    after: int
    summary: Summary | None
    items: list[DiffItem]
    next_cursor: str | None


class ShownEvent(RecordedEvent):
    """An event as this caller may see it."""

    withheld: bool = False
    """What was answered is left out of its data: the agreement task is open, and blind until it is closed"""

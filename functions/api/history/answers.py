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
    "group",
]
"""relabelled: another verdict or other classes; reshaped: other shapes; confirmed: the same judgement again."""


class ChangedImage(BaseModel):
    """An image that a commit changed, and its verdict after it."""

    image_id: str
    name: str
    verdict: Verdict | None


class StreamActor(BaseModel):
    """A person, or a part of the platform, who appended to a stream."""

    actor: str


class StreamChange(BaseModel):
    """One commit."""

    stream: str
    first: int
    last: int
    hash: str
    recorded_at: datetime
    clock: datetime | None = None
    """The time on the writer's clock, where it was behind the time of the commit before, which this one then has"""
    actor: str
    batch_id: str | None
    correlation_id: str | None
    events: dict[str, int]
    """Number of events of each type"""
    reason: str
    """The reason that all of its events give; empty where they differ"""
    images: list[ChangedImage] = []
    """The first images of a dataset that it changed"""


class DiffJudgement(BaseModel):
    """The judgement of an image at one of the two versions."""

    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int


class DiffState(BaseModel):
    """The state of an image at one of the two versions."""

    verdict: Verdict | None
    defects: list[Defect]
    mask_urls: list[str]
    judged: DiffJudgement | None
    review: str | None
    split: Split | None
    excluded: str | None
    capture: Capture
    group: str | None
    """The group that the image was put into"""


class FieldChange(BaseModel):
    """The change that gave a field its value at the later version."""

    field: Literal["image", "annotation", "review", "split", "excluded", "capture", "group"]
    version: int
    by: str
    at: datetime
    why: str


class ShapeChange(BaseModel):
    """A defect before, after, or both, matched within its class by overlap."""

    class_id: str
    before: int | None
    after: int | None
    """Index in the defects of each side"""
    iou: float | None
    """Intersection over union, 0..1; None where a mask or a missing shape leaves it open"""


class DiffItem(BaseModel):
    image_id: str
    ordinal: int
    name: str
    width: int
    height: int
    kinds: list[Kind]
    before: DiffState | None
    """None: the image was not there"""
    after: DiffState
    changes: list[FieldChange]
    shapes: list[ShapeChange]
    image_url: str | None
    shown_url: str | None = None
    thumbnail_url: str | None


class Relabelled(BaseModel):
    """The number of images that went from one verdict to another; `unlabelled` counts as a verdict."""

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
    """A group with images both in the test split and in training."""

    group: str
    train: int
    test: int
    image_ids: list[str]
    """The changed images that belong to it; at most 20"""


class Summary(BaseModel):
    before: Side
    after: Side
    kinds: dict[Kind, int]
    verdicts: list[Relabelled]
    leaks: list[Leak]
    complete: bool
    """False where so many images changed that `kinds`, `verdicts` and `leaks` count only the first of them"""


class Diff(BaseModel):
    """The differences between two versions of a dataset. The summary comes with the first page."""

    before: int
    after: int
    summary: Summary | None
    items: list[DiffItem]
    next_cursor: str | None


class ShownEvent(RecordedEvent):
    """An event as this caller may see it."""

    withheld: bool = False
    """The answer is left out of `data`: the agreement task is open, and blind until it is closed"""

"""Answers about the label book and its limit samples, field by field."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from functions.http.answers import DeepGrey
from kenpin.domain.project.values import Rule


class ShownExample(BaseModel):
    dataset_id: str
    image_id: str
    note: str
    image_url: str | None
    shown_url: str | None = None
    thumbnail_url: str | None


class LimitSample(BaseModel):
    sample_id: str
    class_id: str
    side: Literal["accepted", "rejected"]
    dataset_id: str
    image_id: str
    note: str
    valid_from: int
    """The project version of its approval or withdrawal"""
    valid_until: date | None
    approved_by: str
    approved_at: datetime
    status: Literal["valid", "expired", "withdrawn"]
    withdrawn: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    width: int | None = None
    """Pixels. None where the dataset has no such image"""
    height: int | None = None
    image_url: str | None
    shown_url: str | None = None
    thumbnail_url: str | None
    deep_grey: DeepGrey | None = None


class BookClass(BaseModel):
    class_id: str
    name: str
    name_ja: str
    key: int | None
    description: str
    rule: Rule | None
    examples: list[ShownExample]
    colour: str = ""
    retired: str | None
    valid_from: int
    """The project version of its last change"""
    samples: list[LimitSample]


class LabelBook(BaseModel):
    """The label standard as of a version of the project's stream."""

    project_id: str
    revision: int
    as_of: int
    revised_at: datetime | None
    rules: str
    """The rules for every class"""
    classes: list[BookClass]
    stale: bool = False


class BookRevision(BaseModel):
    revision: int
    version: int
    what: str
    """The type of the event that made it"""
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
    """The differences between two revisions of the label book."""

    before: int
    after: int
    rules: BookFieldChange | None
    classes: list[ClassChange]
    samples: list[SampleChange]

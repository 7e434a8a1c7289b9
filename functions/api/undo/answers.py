"""Answers about undo, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Respect = Literal["split", "excluded", "capture", "judged", "group"]


class GoesBack(BaseModel):
    """One respect in which an image goes back. Of a judgement: its verdict, and whose it is.

    `reviewed`: the judgement stays, and its review goes or comes back.
    """

    respect: Literal["split", "excluded", "capture", "judged", "reviewed", "group"]
    was: str | None
    becomes: str | None
    by: str | None = None
    """Whose judgement stands again"""
    was_marks: int = 0
    """The defects with a place in the judgement that goes"""
    becomes_marks: int = 0


class Stays(BaseModel):
    """One respect that an undo leaves as it is, and the decision it stays for."""

    respect: Literal["split", "excluded", "capture", "judged", "registered", "group"]
    why: Literal["decided_later", "protected_test", "registered_later", "in_use", "erased"]
    since: int
    """The version that decided it"""
    by: str | None = None
    at: datetime | None = None


class ImageUndone(BaseModel):
    image_id: str
    thumbnail_url: str | None
    goes_back: list[GoesBack]
    stays: list[Stays]


class UndoPreview(BaseModel):
    """A preview of an undo, image by image; `touched` counts all images that the change touched."""

    from_version: int
    to_version: int
    batch_id: str | None
    restores: int | None
    touched: int
    leave_test: int
    """Of the images on this page: those that leave the test split, into which the change had put them"""
    items: list[ImageUndone]
    next_cursor: str | None = None
    as_of: int


class UndoResult(BaseModel):
    """The part of an undo that one request did; sent again with `next_cursor` and `undo_id`, it goes on."""

    stream: str
    version: int
    undo_id: str
    """The batch id of its commits: undoing this batch undoes the undo"""
    images: int
    """put back by this request"""
    kept: int
    """of which something stays, because somebody decided anew"""
    next_cursor: str | None = None


class PastUndo(BaseModel):
    """An undo that was done."""

    version: int
    batch_id: str | None
    from_version: int
    to_version: int
    of_batch: str | None
    restores: int | None
    reason: str
    images: int
    reverted_at: datetime
    reverted_by: str

"""Answers about reviews, field by field."""

from datetime import datetime

from pydantic import BaseModel

from functions.api.images.answers import Image


class AnsweredSuggestion(BaseModel):
    """The suggestion that the annotation answered."""

    reason: str
    score: float | None
    """The model's NG score at that time"""


class ReviewItem(BaseModel):
    image: Image
    why: AnsweredSuggestion | None
    own: bool
    """True for the caller's own annotation"""


class ReturnedAnnotation(BaseModel):
    image: Image
    by: str | None
    at: datetime | None
    reason: str
    confused: list[str]
    """Defect classes that were mixed up; which one is right is not said"""


class ReviewCounts(BaseModel):
    waiting: int
    """At most 10,000, which stands for that many or more"""
    own: int
    """The caller's own among them"""
    returned_to_me: int
    oldest: datetime | None
    two_person: bool
    """True when the project asks for a second person"""
    left_out: int | None = None
    """Judged images that a run would leave out now, as nobody has accepted them; None: not asked for"""

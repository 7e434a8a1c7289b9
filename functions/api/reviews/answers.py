"""What the API answers about reviews, field by field."""

from datetime import datetime

from pydantic import BaseModel

from functions.api.images.answers import Image


class Asked(BaseModel):
    """The suggestion that the annotation answered."""

    reason: str
    score: float | None
    """The model's NG score then"""


class ToReview(BaseModel):
    image: Image
    why: Asked | None
    own: bool
    """The caller's own annotation"""


class Returned(BaseModel):
    image: Image
    by: str | None
    at: datetime | None
    reason: str
    confused: list[str]
    """The classes that were mixed up, without saying which is right"""


class ReviewCounts(BaseModel):
    waiting: int
    """At most 10,000, which then means that many or more"""
    own: int
    """Of those that wait, the caller's own"""
    returned_to_me: int
    oldest: datetime | None
    two_person: bool
    """Whether this project asks for a second person"""
    left_out: int | None = None
    """Judged images that a run asked for now would do without, as nobody has accepted them; None: not asked for"""

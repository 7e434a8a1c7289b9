"""Answers about images and their upload, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.http.answers import DeepGrey, Page
from kenpin.domain.dataset.values import Capture, Defect
from kenpin.domain.ids import Split, Verdict


class StandingAnnotation(BaseModel):
    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int
    seconds_spent: float | None
    suggestion_id: str | None
    review: str | None
    mask_urls: list[str] = []


class Suggested(BaseModel):
    suggestion_id: str
    rank: int
    reason: str
    score: float | None
    control: bool


class Image(BaseModel):
    image_id: str
    name: str
    ordinal: int
    revision: int
    verdict: Verdict | None
    defects: list[Defect]
    split: Split | None
    group: str | None = None
    """The group that it stays with in splits; None: it is a group by itself"""
    excluded: str | None
    annotation: StandingAnnotation | None
    capture: Capture
    width: int
    height: int
    size: int
    media_type: str
    registered_at: datetime
    suggestion: Suggested | None
    erased: str | None = None
    """The reason for erasing its bytes; an erased image has no addresses at any version"""
    image_url: str | None
    """The bytes as stored"""
    shown_url: str | None = None
    """Address for a browser: of the picture itself, or of a PNG made from one that browsers cannot show"""
    thumbnail_url: str | None
    deep_grey: DeepGrey | None = None
    """None for an image of 8 bits"""


class ArrivedAs(BaseModel):
    """A source and id that the intake had an event of this image from."""

    source: str
    event_id: str
    first_at: datetime


class ImageDetail(Image):
    """One image."""

    arrived_as: list[ArrivedAs] = []
    """The oldest first, a hundred at most"""


class ImagePage(Page[Image]):
    """One page of images."""

    back_cursor: str | None = None
    """With the opposite order it leads to the images before this page"""


class CountedValue(BaseModel):
    value: str
    images: int


class Facet(BaseModel):
    """The values of one filter of the gallery, the commonest first."""

    facet: str
    values: list[CountedValue]
    more: bool = False
    """True when there are further values, which fewer images have"""


class Facets(BaseModel):
    items: list[Facet]
    as_of: int


class Upload(BaseModel):
    digest: str
    url: str | None
    """The address to PUT the bytes to; None when they are stored already or refused"""
    detail: str = ""
    """The reason why the file is refused, such as its size; empty when it is not"""


class Uploads(BaseModel):
    uploads: list[Upload]


class RegisteredImage(BaseModel):
    digest: str
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""
    excluded: bool = False
    """True when the dataset has the image, and it is excluded: it stays so"""


class Registered(BaseModel):
    stream: str
    version: int
    items: list[RegisteredImage]

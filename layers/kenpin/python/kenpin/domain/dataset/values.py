"""Values of a dataset that events, commands and answers share."""

from typing import Annotated, Literal

from msgspec import Meta

from kenpin.domain.ids import ImageId, Sha256, Verdict
from kenpin.domain.value import Finite, Share, Value

Short = Annotated[str, Meta(max_length=64)]
Point = tuple[Finite, Finite]
GroupingField = Literal["part", "lot", "session"]
"""The field of the capture condition that images are grouped by."""


class ImageFile(Value):
    """The stored bytes: their size, what they decode to, and the name they came under."""

    size: int
    """bytes"""
    width: int
    height: int
    """pixels"""
    media_type: str
    name: str = ""
    needs_rendition: bool | None = None
    """True when browsers cannot show the file as others see it; None in older events: by the media type."""


class Capture(Value):
    """Capture condition (撮像条件): how the picture was taken, of which part."""

    product: Short | None = None
    line: Short | None = None
    station: Short | None = None
    camera: Short | None = None
    lens: Short | None = None
    light: Short | None = None
    exposure: Short | None = None
    recipe: Short | None = None
    lot: Short | None = None
    part: Short | None = None
    session: Short | None = None
    """The sitting in which it was taken: one set-up of line, light and camera."""
    captured_at: Short | None = None
    """ISO 8601"""
    source_id: Short | None = None


class Defect(Value):
    """One defect: its class, and where it is in pixels of the full image, as exactly as the person said."""

    class_id: Short
    box: tuple[Finite, Finite, Finite, Finite] | None = None
    """x, y, width, height"""
    polygon: Annotated[tuple[Point, ...], Meta(min_length=3, max_length=500)] | None = None
    mask: Sha256 | None = None
    """A stored PNG of the image's size; where it is not 0 there is the defect."""


class Candidate(Value):
    """An image worth a person's look, and why."""

    image_id: ImageId
    reason: Annotated[str, Meta(max_length=32)]
    """The strategy that chose it, such as uncertain; control for one drawn at random"""
    score: Share | None = None
    """The model's NG score, 0..1; None where no model has looked yet."""
    control: bool = False
    """Drawn at random, so that the policy can be compared with chance."""


class Change(Value):
    """A part of a dataset's history: versions from .. to, all of them or those of one batch."""

    from_version: int
    to_version: int
    batch_id: str | None = None


class Cause(Value):
    """Why old decisions are looked at again."""

    what: Literal["class_revised", "class_retired", "sample_approved", "sample_withdrawn", "asked"]
    text: Annotated[str, Meta(max_length=2000)]
    """The words of whoever moved the standard, or asked."""
    by: Annotated[str, Meta(max_length=64)]
    """The actor who moved the standard, or who asked."""
    event_id: Annotated[str, Meta(max_length=160)] | None = None
    """The event of the project that moved the standard; None when somebody asked by hand."""


class BorderCase(Value):
    """A decision made under an older label standard that may be another one under the newer."""

    image_id: ImageId
    reason: Literal["class_revised", "near_sample"]
    """It was judged to have the class; or it looks like a limit sample or an example of it."""
    distance: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Cosine distance of what a network sees in it to the nearest sample or example; None where there is none."""
    score: Share | None = None
    """The newest model's NG score; None where no model has looked yet."""
    verdict: Verdict | None = None
    class_ids: tuple[Short, ...] = ()
    """The decision that stands, and the classes it names: what the new one is compared with."""

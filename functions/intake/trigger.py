"""The CloudEvents of a factory: the one that announces an image, and how a message is decoded to it; drops."""

from typing import Annotated, Final, Literal

import msgspec
from pydantic import ConfigDict, Field, ValidationError

from functions.intake import inbox
from kenpin.domain.command import Command, Digest, Slug
from kenpin.domain.dataset.commands import GroupName
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split
from kenpin.domain.invalid import place_and_wording

TEXT: Final = "text"


class ImageCaptured(Command):
    """The data of a `kenpin.image.captured.v1` event: the bytes were uploaded before."""

    dataset_id: Slug
    digest: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    capture: Capture = Capture()
    split: Split | None = None
    group: GroupName | None = None
    """The images of a group stay in one split; an image that is in a group already stays there."""


class Trigger(Command):
    """A CloudEvent 1.0; attributes that it may have beside these are passed over."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    type: Literal["kenpin.image.captured.v1"]
    data: ImageCaptured
    kenpintest: bool = False
    """True: a test of the connection. It is checked and answered like any event, and registers nothing."""
    traceparent: Annotated[str, Field(max_length=55)] | None = None
    """W3C trace context, where the line has one."""


class PicturesDropped(Command):
    """The data of a `kenpin.edge.dropped.v1` event: how many pictures the agent at the line did not send."""

    dataset_id: Slug
    capture: Capture = Capture()
    """Its line, for tokens of one line"""
    dropped: Annotated[int, Field(ge=0, lt=2**63)]
    """All since the agent was set up, so that a report that comes twice counts once"""


class DropReport(Command):
    """A CloudEvent 1.0 from an agent at the line that samples pictures, or had no room for them."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    type: Literal["kenpin.edge.dropped.v1"]
    data: PicturesDropped


class MalformedEvent(Exception):
    """The message is no image event, and will never be one."""


def message_in(body: str) -> object:
    """Decode a message; text that is no JSON is kept as text."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {TEXT: body}


def trigger_in(message: object) -> Trigger:
    """Return the trigger in a message: the event itself, one in a bus event's `detail`, or an inbox object.

    Raises MalformedEvent, Unavailable.
    """
    if not isinstance(message, dict) or TEXT in message:
        raise MalformedEvent("the message is no JSON object")
    try:
        if message.get("source") == "aws.s3":
            return Trigger.model_validate(inbox.event_of(message["detail"]))
        return Trigger.model_validate(message.get("detail", message))
    except ValidationError as error:
        raise MalformedEvent(place_and_wording(error.errors()[0])) from None
    except (inbox.NotAnImage, KeyError, TypeError) as error:
        raise MalformedEvent(f"this is no image event: {error}") from None

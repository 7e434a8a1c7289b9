"""What factories send: a CloudEvent that tells of an image, however it travels."""

from typing import Annotated, Final, Literal

import msgspec
from pydantic import BaseModel, Field, ValidationError

from functions.intake import inbox
from kenpin.domain.command import Command, Digest, Slug
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split

TEXT: Final = "text"


class ImageCaptured(Command):
    """The data of a `kenpin.image.captured.v1` event: the bytes were uploaded before."""

    dataset_id: Slug
    digest: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    capture: Capture = Capture()
    split: Split | None = None


class Trigger(BaseModel):
    """A CloudEvent 1.0."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    type: Literal["kenpin.image.captured.v1"]
    data: ImageCaptured
    traceparent: Annotated[str, Field(max_length=55)] | None = None
    """W3C trace context, where the line has one."""


class Malformed(Exception):
    """Nothing can be made of it, however often it comes."""


def message_in(body: str) -> object:
    """What it says; of what is no JSON, the text, so that it can be kept."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {TEXT: body}


def trigger_in(message: object) -> Trigger:
    """Of the event itself, of the bus that carried it (`detail`), or of an object stored in the inbox.

    Raises Malformed, Unavailable.
    """
    if not isinstance(message, dict) or TEXT in message:
        raise Malformed("the message is no JSON object")
    try:
        if message.get("source") == "aws.s3":
            return Trigger.model_validate(inbox.event_of(message["detail"]))
        return Trigger.model_validate(message.get("detail", message))
    except ValidationError as error:
        first = error.errors()[0]
        raise Malformed(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (inbox.NotForUs, KeyError, TypeError) as error:
        raise Malformed(f"this is no image event: {error}") from None

"""A picture that comes as a message: a CloudEvent in JSON that holds it, or names its file or its digest."""

import base64
import binascii
import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kenpin_edge.capture import CaptureProblem, known_fields
from kenpin_edge.config import NO_FOLDER, Station
from kenpin_edge.spool import Uploaded

TYPE: Final = "kenpin.image.captured.v1"
MOST_PICTURE: Final = 1_000_000
"""Bytes of a picture inside a message"""
MOST_MESSAGE: Final = 1_500_000
"""Bytes of a message: base64 makes a third more of a picture."""
MOST_ID: Final = 200


class MessageProblem(CaptureProblem):
    """The message is no picture of the station, and stays so until somebody changes something."""


@dataclass(frozen=True)
class Message:
    """`id`: the event's source and id, with a space between; each sender has its own ids."""

    id: str
    name: str
    picture: bytes | Uploaded
    capture: dict[str, str]


def message_in(station: Station, payload: bytes, over: dict[str, str]) -> Message:
    """Read a message. `over`: conditions that stand over those of the message. Raises CaptureProblem."""
    if len(payload) > MOST_MESSAGE:
        raise MessageProblem(f"it has more than {MOST_MESSAGE:,} bytes; name a file or a digest instead")
    try:
        event = json.loads(payload)
        json.dumps(event, ensure_ascii=False).encode()  # half a character has no place in a database
    except (ValueError, RecursionError) as error:
        raise MessageProblem(f"it is no JSON: {error}") from None
    if not isinstance(event, dict) or event.get("specversion") != "1.0" or event.get("type") != TYPE:
        raise MessageProblem(f"it is no CloudEvent 1.0 of type {TYPE}")
    id = f"{_text(event, 'source')} {_text(event, 'id')}"
    if len(id) > MOST_ID:
        raise MessageProblem(f"source and id have more than {MOST_ID - 1} characters together")
    if "data_base64" in event:
        given = {"captured_at": event.get("time"), **event}
        return Message(id, _inline_name(event), _inline(event), known_fields(given) | over)
    data = event.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("capture", {}), dict):
        raise MessageProblem("it has neither data_base64 nor data with an object capture")
    picture, name = _referenced(station, data)
    return Message(id, name, picture, known_fields(data.get("capture", {})) | over)


def _text(values: Mapping[str, object], key: str) -> str:
    found = values.get(key)
    if not isinstance(found, str) or not found:
        raise MessageProblem(f"{key} must be a text that is not empty")
    return found


def _inline(event: Mapping[str, object]) -> bytes:
    try:
        picture = base64.b64decode(_text(event, "data_base64"), validate=True)
    except (binascii.Error, ValueError):
        raise MessageProblem("data_base64 is no base64") from None
    if len(picture) > MOST_PICTURE:
        raise MessageProblem(
            f"its picture has more than {MOST_PICTURE:,} bytes; name a file or a digest instead"
        )
    return picture


def _inline_name(event: Mapping[str, object]) -> str:
    ending = mimetypes.guess_extension(str(event.get("datacontenttype", ""))) or ""
    return str(event.get("name") or f"{event['id']}{ending}")


def _referenced(station: Station, data: Mapping[str, object]) -> tuple[bytes | Uploaded, str]:
    """Return the picture that `data` names, and its name."""
    if "path" in data:
        path = _text(data, "path")
        return _file(station, path), str(data.get("name") or path)
    digest = _text(data, "digest")
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise MessageProblem("digest must be a SHA-256 in 64 hexadecimal digits, in lower case")
    return Uploaded(digest), str(data.get("name", ""))


def _file(station: Station, name: str) -> bytes:
    """Read a file of the station's folder; links that lead out of it are refused."""
    if station.folder == NO_FOLDER:
        raise MessageProblem("it names a file, and the station has no folder; set `folder`")
    try:
        folder = station.folder.resolve(strict=True)
        path = Path(folder, name).resolve(strict=True)
        if not path.is_relative_to(folder):
            raise MessageProblem(f"{name} is outside of {station.folder}")
        body = path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise MessageProblem(f"{name} cannot be read in {station.folder}: {why}") from None
    if not body:
        raise MessageProblem(f"{name} is empty")
    return body

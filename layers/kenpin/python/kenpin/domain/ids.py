"""Ids and names, in the form they have everywhere."""

import hashlib
import re
from base64 import b32encode
from typing import Annotated, Final, Literal

from msgspec import Meta

SLUG: Final = r"^[a-z0-9][a-z0-9-]{0,62}$"
DIGEST: Final = r"^[0-9a-f]{64}$"
ACTOR: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"

Category = Literal["project", "dataset", "run", "model", "member"]
ProjectId = Annotated[str, Meta(pattern=SLUG)]
DatasetId = Annotated[str, Meta(pattern=SLUG)]
RunId = Annotated[str, Meta(pattern=SLUG)]
ModelId = Annotated[str, Meta(pattern=SLUG)]
TaskId = Annotated[str, Meta(pattern=SLUG)]
ActorId = Annotated[str, Meta(pattern=ACTOR)]
SuggestionId = Annotated[str, Meta(pattern=SLUG)]
FieldReturnId = Annotated[str, Meta(pattern=SLUG)]
SampleId = Annotated[str, Meta(pattern=SLUG)]
WebhookId = Annotated[str, Meta(pattern=SLUG)]
ReadjudicationId = Annotated[str, Meta(pattern=SLUG)]
Sha256 = Annotated[str, Meta(pattern=DIGEST, max_length=64)]
ImageId = Annotated[str, Meta(min_length=64, max_length=64, extra_json_schema={"pattern": DIGEST})]
"""An image is named by the SHA-256 of its bytes, so the same bytes are the same image.

Commands check the pattern. Stored events are decoded without the check, which would take half of the time.
"""

Verdict = Literal["OK", "NG", "HOLD"]
Split = Literal["train", "validation", "test"]


def stream_of(category: Category, id: str) -> str:
    """The stream that holds the history of one aggregate, such as `dataset-cookies`."""
    return f"{category}-{id}"


def category_of(stream: str) -> str:
    """`dataset` for `dataset-cookies`."""
    return stream.partition("-")[0]


def id_of(stream: str) -> str:
    """`cookies` for `dataset-cookies`."""
    return stream.partition("-")[2]


UPLOADS: Final = "uploads/"
CHECKPOINTS: Final = "checkpoints/"


def upload_name(project_id: str, digest: str) -> str:
    """Return the name of bytes sent for a project and not used yet. No other project can reach them."""
    return f"{UPLOADS}{project_id}.{digest}"


def checkpoint_prefix(run_id: str) -> str:
    """Return the prefix of the names of a run's checkpoints."""
    return f"{CHECKPOINTS}{run_id}."


def derived_id(*parts: str, length: int = 12) -> str:
    """Return an id that is always the same for the same parts: base 32, 5 bits of SHA-256 a character."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return b32encode(digest).decode().lower()[:length]


def is_slug(text: str) -> bool:
    return re.fullmatch(SLUG, text) is not None

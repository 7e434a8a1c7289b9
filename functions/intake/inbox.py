"""The inbox for factories that can only store files: `inbox/<dataset>/<any name>` is an image for that dataset.

The object's metadata hold the capture conditions (`capture-line`, `capture-camera`, …), `split` and `group`.
"""

from email.header import decode_header, make_header
from typing import Final

from functions.runtime.event import Json
from kenpin.application.digest import sha256_of
from kenpin.bootstrap import platform
from kenpin.domain.ids import is_slug, upload_name
from kenpin.ports import NotFound
from kenpin.read_models.datasets import queries as datasets

INBOX: Final = "inbox/"
CAPTURE: Final = "capture-"


class NotAnImage(Exception):
    """The object cannot become an image."""


def event_of(detail: Json) -> Json:
    """Turn S3's `Object Created` into a CloudEvent, after copying the bytes to the project's uploads.

    Raises NotAnImage, Unavailable.
    """
    key = str(detail["object"]["key"])
    dataset_id, _, name = key.removeprefix(INBOX).partition("/")
    if not key.startswith(INBOX) or not is_slug(dataset_id) or not name:
        raise NotAnImage(f"{key} is not inbox/<dataset>/<name>")
    try:
        notes, digest = _notes(key), _moved(key, dataset_id)
    except NotFound:
        raise NotAnImage(f"{key} is gone") from None
    capture = {
        field.removeprefix(CAPTURE): text for field, text in notes.items() if field.startswith(CAPTURE)
    }
    data = {"dataset_id": dataset_id, "digest": digest, "name": name[-255:], "capture": capture}
    return {
        "specversion": "1.0",
        "type": "kenpin.image.captured.v1",
        "source": f"{INBOX}{dataset_id}",
        "id": f"{digest[:16]}/{name}"[:200],
        "data": {**data, "split": notes.get("split"), "group": notes.get("group")},
    }


def _notes(key: str) -> dict[str, str]:
    """Return the object's metadata; S3 encodes non-ASCII text as in mail headers."""
    found = platform().objects.notes(key)
    return {field: str(make_header(decode_header(text))) for field, text in found.items()}


def _moved(key: str, dataset_id: str) -> str:
    """Copy the bytes to the project's uploads, if there is a project; return their digest."""
    objects = platform().objects
    with platform().database.reading() as sql:
        project_id = datasets.project_of(sql, dataset_id)
    with objects.open(key) as body:
        digest = sha256_of(body)
        body.seek(0)
        if project_id is not None:
            objects.put(upload_name(project_id, digest), body)
    return digest

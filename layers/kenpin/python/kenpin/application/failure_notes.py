"""Notes of why a job has no result, for whoever asks for it; they are thrown away after some days."""

from io import BytesIO
from typing import Final

import msgspec

from kenpin.domain.ids import ModelId
from kenpin.ports import NotFound, ObjectStore

NOTES: Final = "exports/"


def note_failure(objects: ObjectStore, model_id: ModelId, result_id: str, reason: str) -> None:
    """Note why there will be no result of this id of a model."""
    objects.put(_note(model_id, result_id), BytesIO(msgspec.json.encode(reason)))


def noted_failure(objects: ObjectStore, model_id: ModelId, result_id: str) -> str | None:
    """Return why there is no result; None where nothing was noted."""
    try:
        with objects.open(_note(model_id, result_id)) as file:
            return msgspec.json.decode(file.read(), type=str)
    except NotFound:
        return None


def _note(model_id: ModelId, result_id: str) -> str:
    return f"{NOTES}{model_id}.{result_id}.json"

"""Inspection of a picture in the request: the verdict is the answer, and nothing is stored."""

import time
from base64 import b64decode
from binascii import Error as NoBase64
from http import HTTPStatus
from typing import Annotated, Final, Literal

from aws_lambda_powertools.event_handler.exceptions import ServiceError
from pydantic import BaseModel, Field

from functions.http.errors import UnreadableFileSent
from functions.http.resolver import new_router
from kenpin.application.picture_inspection import ExportedModels, inspect_picture
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.pictures.limits import UnreadablePicture

MAX_PICTURE_BYTES: Final = 4 * 1024 * 1024
"""In base64 it fits in the 6 MB that Lambda takes."""
MAX_CHARACTERS: Final = 4 * -(-MAX_PICTURE_BYTES // 3)
router = new_router()
models: Final = ExportedModels()


class SentPicture(Command):
    image: Annotated[str, Field(min_length=1, json_schema_extra={"format": "byte"})]
    """The file of the picture in base64, 4 MiB before that at most"""


class PictureInspection(BaseModel):
    model_id: str
    verdict: Literal["OK", "NG"]
    score: float
    threshold: float
    """Scores at or above it are judged NG"""
    in_grey_zone: bool
    """People look at the part: the score is below the threshold, in the grey zone of the model"""
    classes: dict[str, float]
    """Scores 0..1 of the defect classes that the model scores for a whole picture, by id; none of models of patches"""
    export: str
    """SHA-256 of the model's ONNX export, which judged"""
    milliseconds: int
    """Time from the decoded request to the verdict; the first picture waits until the model is opened"""


@router.post("/models/<model_id>/inspect", tags=["models"])
def inspect_sent_picture(model_id: str, body: SentPicture, camera: str | None = None) -> PictureInspection:
    """Judge the picture by the newest ONNX export of the model, as one of `camera`. Nothing is stored."""
    began = time.perf_counter()
    try:
        found = inspect_picture(platform(), models, model_id, _content(body.image), camera)
    except UnreadablePicture as reason:
        raise UnreadableFileSent(str(reason)) from None
    return PictureInspection(
        model_id=model_id,
        verdict="NG" if found.is_ng else "OK",
        score=found.score,
        threshold=found.threshold,
        in_grey_zone=found.in_grey_zone,
        classes=found.classes,
        export=found.export,
        milliseconds=round((time.perf_counter() - began) * 1000),
    )


def _content(image: str) -> bytes:
    if len(image) > MAX_CHARACTERS:
        raise ServiceError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"image: the picture has more than {MAX_PICTURE_BYTES:,} bytes; send it smaller, "
            "or upload it and ask for an inspection",
        )
    try:
        return b64decode(image, validate=True)
    except (NoBase64, ValueError):
        raise UnreadableFileSent("it is no base64; send the file of the picture in base64") from None

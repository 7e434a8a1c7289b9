"""The write of intake in one step: an event and its picture in one request."""

from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.event_handler.openapi.params import File

from functions.api.intake.answers import IntakeOutcome
from functions.api.intake.commands import answers_of, forbidden_among
from functions.http.errors import OtherDigest
from functions.http.reading import read_json
from functions.http.resolver import new_router
from functions.intake.trigger import Trigger
from kenpin.application.ownership import project_of
from kenpin.bootstrap import platform
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.ids import upload_name

MAX_PICTURE_BYTES: Final = 4 * 1024 * 1024
"""In base64, as a gateway hands it on, it fits in the 6 MB that Lambda takes."""
router = new_router()


@router.post("/intake/images", status_code=202, tags=["intake"])
def take_in_picture(event: Annotated[bytes, File()], picture: Annotated[bytes, File()]) -> IntakeOutcome:
    """Register the image of an event of `POST /v1/intake`, and store its picture, 4 MiB at most, in one step.

    The event may leave out the digest.
    """
    if len(picture) > MAX_PICTURE_BYTES:
        raise ServiceError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"picture: it has more than {MAX_PICTURE_BYTES:,} bytes; upload it "
            "(POST /v1/datasets/{dataset_id}/uploads), then send the event to POST /v1/intake",
        )
    message, digest = read_json(event.decode("utf-8", "replace")), sha256(picture).hexdigest()
    trigger = _trigger(message, digest)
    forbidden = forbidden_among([trigger])
    if not forbidden.all and not trigger.kenpintest:
        _store(trigger, picture)
    [answer] = answers_of([trigger], [message], forbidden)
    return answer


def _trigger(message: object, digest: str) -> Trigger:
    """Return the event of a message, which gets the digest of the picture. Raises OtherDigest, ValidationError."""
    if isinstance(message, dict) and isinstance(message.get("data"), dict):
        message["data"].setdefault("digest", digest)
    trigger = Trigger.model_validate(message)
    if trigger.data.digest != digest:
        raise OtherDigest(trigger.data.digest, digest)
    return trigger


def _store(trigger: Trigger, picture: bytes) -> None:
    try:
        project_id = project_of(platform(), trigger.data.dataset_id)
    except NoSuchDataset:
        return  # the registration refuses the event
    platform().objects.put(upload_name(project_id, trigger.data.digest), BytesIO(picture))

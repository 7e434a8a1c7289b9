"""Writes about inspections: ask a model for scores of images."""

from typing import Annotated

from pydantic import Field

from functions.api.inspections.answers import QueuedInspection
from functions.http.accept import new_id
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.inspections import request_inspection
from kenpin.application.reactors.inspections import job_id_of
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest

router = new_router()


class NewInspection(Command):
    image_ids: Annotated[tuple[Digest, ...], Field(max_length=100)] = ()
    """Images of the dataset of the model; empty: those that it has not scored yet, 2,000 at most"""


@router.post("/models/<model_id>/inspections", status_code=202, tags=["models"])
def inspect_images(model_id: str, body: NewInspection) -> QueuedInspection:
    """Queue a job that scores images with the model; its result is an ImagesInspected event."""
    inspection_id = new_id()
    request_inspection(platform(), model_id, inspection_id, body.image_ids, caller())
    job_id = job_id_of(inspection_id)
    return QueuedInspection(inspection_id=inspection_id, model_id=model_id, job_id=job_id)

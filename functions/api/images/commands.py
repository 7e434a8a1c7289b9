"""Writes about images: upload and register, splits, exclusions, corrections and erasures."""

from typing import Annotated

from pydantic import Field

from functions.api.images.answers import Registered, RegisteredImage, Upload, Uploads
from functions.http.accept import accept
from functions.http.access import access
from functions.http.answers import Accepted
from functions.http.errors import NotATime
from functions.http.request import caller, idempotency_key
from functions.http.resolver import new_router
from kenpin.application.arrivals import Arrival, line_rejection, register
from kenpin.application.ownership import project_of
from kenpin.application.site_zone import with_site_zone
from kenpin.application.uploads import PlannedFile, plan_upload_urls
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest
from kenpin.domain.dataset.capture_time import lacks_zone
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CorrectCapture,
    EraseImages,
    ExcludeImages,
    GroupName,
    RestoreImages,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Capture
from kenpin.domain.decider import Scope
from kenpin.domain.ids import Split
from kenpin.domain.member.events import EVERYWHERE
from kenpin.importing.times import time_problem

router = new_router()


class NewFile(Command):
    digest: Digest
    size: Annotated[int, Field(ge=0)]
    media_type: Annotated[str, Field(pattern=r"^image/[a-z0-9.+-]{1,40}$")]


class Files(Command):
    files: Annotated[tuple[NewFile, ...], Field(min_length=1, max_length=1000)]


class ImageRegistration(Command):
    digest: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    capture: Capture = Capture()
    split: Split | None = None
    group: GroupName | None = None


class ImageRegistrations(Command):
    images: Annotated[tuple[ImageRegistration, ...], Field(min_length=1, max_length=200)]
    split_rule: Annotated[str, Field(min_length=1, max_length=200)] = "given at import"


@router.post("/datasets/<dataset_id>/uploads", tags=["images"])
def plan_uploads(dataset_id: str, body: Files) -> Uploads:
    """Return an upload address for each file; None for files that the project has, erased here, or does not take."""
    files = [PlannedFile(file.digest, file.size, file.media_type) for file in body.files]
    planned = plan_upload_urls(platform(), dataset_id, files)
    return Uploads(uploads=[Upload.model_validate(each, from_attributes=True) for each in planned])


@router.post("/datasets/<dataset_id>/images", status_code=201, tags=["images"])
def register_images(dataset_id: str, body: ImageRegistrations) -> Registered:
    """Register uploaded images, reported item by item."""
    rejected = _rejected_lines(dataset_id, body.images) | _rejected_times(body.images)
    arrivals = [
        Arrival(i.digest, i.name, i.capture, i.split, i.group)
        for i in body.images
        if i.digest not in rejected
    ]
    outcome = register(platform(), dataset_id, arrivals, body.split_rule, by=caller(), key=idempotency_key())
    answer = Registered.model_validate(outcome, from_attributes=True)
    return answer.model_copy(update={"items": [*answer.items, *rejected.values()]})


def _rejected_lines(dataset_id: str, images: tuple[ImageRegistration, ...]) -> dict[str, RegisteredImage]:
    """Return the rejections of images from lines that the caller may not send for."""
    if (mine := access()).lines(EVERYWHERE) is None and mine.everywhere:
        return {}
    lines = mine.lines(project_of(platform(), dataset_id))
    reasons = ((image.digest, line_rejection(image.capture.line, lines)) for image in images)
    return {id: RegisteredImage(digest=id, outcome="rejected", detail=why) for id, why in reasons if why}


def _rejected_times(images: tuple[ImageRegistration, ...]) -> dict[str, RegisteredImage]:
    """Return the rejections of images whose time is none."""
    reasons = ((image.digest, time_problem(image.capture.captured_at)) for image in images)
    return {
        id: RegisteredImage(digest=id, outcome="rejected", detail=f"captured_at: {why}")
        for id, why in reasons
        if why
    }


@router.post("/datasets/<dataset_id>/captures", status_code=201, tags=["datasets"])
def correct_capture(dataset_id: str, body: CorrectCapture) -> Accepted:
    """Correct the capture condition of an image. A time that names no zone is of the project's site."""
    why = time_problem(body.capture.captured_at)
    if why or lacks_zone(body.capture.captured_at):
        body = _with_new_time(dataset_id, body, why)
    return accept(dataset, dataset_id, body)


def _with_new_time(dataset_id: str, body: CorrectCapture, why: str) -> CorrectCapture:
    """Return the correction with the zone of the site, or refuse a time that is none.

    A text that is stored already stays as it is, so that other fields can be corrected.
    """
    state = platform().commands.state(dataset, dataset_id, Scope(about=(body.image_id,)))
    image = state.images.get(body.image_id)
    if image is None or image.capture.captured_at == body.capture.captured_at:
        return body
    if why:
        raise NotATime("captured_at", why)
    [capture] = with_site_zone(platform(), state.project_id, [body.capture])
    return body.model_copy(update={"capture": capture})


@router.post("/datasets/<dataset_id>/exclusions", status_code=201, tags=["datasets"])
def exclude_images(dataset_id: str, body: ExcludeImages) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/restorations", status_code=201, tags=["datasets"])
def restore_images(dataset_id: str, body: RestoreImages) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/erasures", status_code=201, tags=["datasets"])
def erase_images(dataset_id: str, body: EraseImages) -> Accepted:
    """Delete the bytes of images for good. Their history stays."""
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/splits", status_code=201, tags=["datasets"])
def assign_split(dataset_id: str, body: AssignSplit) -> Accepted:
    return accept(dataset, dataset_id, body)

"""Writes about datasets: judgements, splits, exclusions, tags."""

from typing import Annotated

from pydantic import Field

from functions.api.answers import Accepted
from functions.http.accept import accept, accepted, execute, new_id
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import datasets, judge
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Name, Slug, Text
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CorrectCapture,
    CreateDataset,
    EraseImages,
    ExcludeImages,
    Judgement,
    RestoreImages,
    TagVersion,
    WithdrawAnnotations,
)
from kenpin.domain.dataset.decider import dataset

router = new_router()


class NewDataset(Command):
    dataset_id: Slug | None = None
    project_id: Slug
    name: Name


class SeenJudgement(Judgement):
    revision: Annotated[int, Field(ge=0)] | None = None
    """The image's revision that the person saw; a newer one is a conflict."""


class Annotations(Command):
    annotations: Annotated[tuple[SeenJudgement, ...], Field(min_length=1, max_length=MAX_ENTITIES)]


class SeenImage(Command):
    image_id: Digest
    revision: Annotated[int, Field(ge=0)] | None = None


class Withdrawals(Command):
    images: Annotated[tuple[SeenImage, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    reason: Text = ""


@router.post("/datasets", status_code=201, tags=["datasets"])
def create_dataset(body: NewDataset) -> Accepted:
    id = body.dataset_id or new_id()
    new = CreateDataset(dataset_id=id, project_id=body.project_id, name=body.name)
    return accepted(datasets.create_dataset(platform(), new, request_context()), id)


@router.post("/datasets/<dataset_id>/annotations", status_code=201, tags=["datasets"])
def submit_annotations(dataset_id: str, body: Annotations) -> Accepted:
    """Judge up to 90 images, all or nothing."""
    seen = {a.image_id: a.revision for a in body.annotations if a.revision is not None}
    judgements = tuple(Judgement(**{k: v for k, v in a if k != "revision"}) for a in body.annotations)
    appended = judge.submit_annotations(platform(), dataset_id, judgements, request_context(), seen)
    return accepted(appended, dataset_id)


@router.post("/datasets/<dataset_id>/withdrawals", status_code=201, tags=["datasets"])
def withdraw_annotations(dataset_id: str, body: Withdrawals) -> Accepted:
    """Take up to 90 judgements back, all or nothing: the images are unlabelled again."""
    seen = {w.image_id: w.revision for w in body.images if w.revision is not None}
    command = WithdrawAnnotations(image_ids=tuple(w.image_id for w in body.images), reason=body.reason)
    return accepted(execute(dataset, dataset_id, command, revisions=seen), dataset_id)


@router.post("/datasets/<dataset_id>/captures", status_code=201, tags=["datasets"])
def correct_capture(dataset_id: str, body: CorrectCapture) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/exclusions", status_code=201, tags=["datasets"])
def exclude_images(dataset_id: str, body: ExcludeImages) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/restorations", status_code=201, tags=["datasets"])
def restore_images(dataset_id: str, body: RestoreImages) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/erasures", status_code=201, tags=["datasets"])
def erase_images(dataset_id: str, body: EraseImages) -> Accepted:
    """Have the bytes of images deleted for good; what was known and said of them stays in history."""
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/splits", status_code=201, tags=["datasets"])
def assign_split(dataset_id: str, body: AssignSplit) -> Accepted:
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/tags", status_code=201, tags=["datasets"])
def tag_version(dataset_id: str, body: TagVersion) -> Accepted:
    """Name the newest version, or the earlier one that the request gives."""
    return accepted(datasets.tag_version(platform(), dataset_id, body, request_context()), dataset_id)

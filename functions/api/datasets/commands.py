"""Writes about datasets: judgements, splits, exclusions, tags."""

from typing import Annotated

from pydantic import Field

from functions.api.answers import Accepted
from functions.api.images.masks import keep_masks
from functions.http.accept import accept, accepted, execute, new_id
from functions.http.resolver import new_router
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
    SubmitAnnotations,
    TagVersion,
    WithdrawAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import InsideCommit, NoSuchDataset
from kenpin.domain.project.decider import NoSuchClass, NoSuchProject
from kenpin.domain.project.standard import ClassIsRetired
from kenpin.read_models.projects import projection as projects

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
    with platform().database.reading() as sql:
        if (
            projects.one(sql, body.project_id) is None
            and not platform().events.head(f"project-{body.project_id}").version
        ):
            raise NoSuchProject
    id = body.dataset_id or new_id()
    return accept(dataset, id, CreateDataset(dataset_id=id, project_id=body.project_id, name=body.name))


@router.post("/datasets/<dataset_id>/annotations", status_code=201, tags=["datasets"])
def submit_annotations(dataset_id: str, body: Annotations) -> Accepted:
    """Judge up to 90 images, all or nothing."""
    seen = {a.image_id: a.revision for a in body.annotations if a.revision is not None}
    judgements = tuple(Judgement(**{k: v for k, v in a if k != "revision"}) for a in body.annotations)
    revision = _label_book_revision(dataset_id, judgements)
    keep_masks(dataset_id, judgements)
    command = SubmitAnnotations(annotations=judgements, label_book_revision=revision)
    return accepted(execute(dataset, dataset_id, command, revisions=seen), dataset_id)


def _label_book_revision(dataset_id: str, judgements: tuple[Judgement, ...]) -> int:
    """The standard these are judged under. Raises NoSuchClass and ClassIsRetired."""
    with platform().database.reading() as sql:
        book = projects.label_book(sql, dataset_id)
    if book is None:
        raise NoSuchDataset
    for judgement in judgements:
        for defect in judgement.defects:
            if defect.class_id in book.retired:
                raise ClassIsRetired(defect.class_id, book.retired[defect.class_id])
            if defect.class_id not in book.classes:
                raise NoSuchClass(defect.class_id)
    return book.revision


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
    if body.version is not None:
        _insist_on_end(f"dataset-{dataset_id}", body.version)
    return accept(dataset, dataset_id, body)


def _insist_on_end(stream: str, version: int) -> None:
    """Raises InsideCommit: unless the stream ends there, the next commit must begin right after it."""
    events = platform().events
    follows = next(iter(events.read(stream, after=version, upto=version + 1)), None)
    if follows is None and events.head(stream).version > version:
        raise InsideCommit(version)

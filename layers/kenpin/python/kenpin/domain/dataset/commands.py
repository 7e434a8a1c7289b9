"""What can be asked of a dataset."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kenpin.domain.command import Command, Digest, Name, Slug, Text
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.events import Standing
from kenpin.domain.dataset.values import BorderCase, Candidate, Capture, Cause, Change, Defect, ImageFile
from kenpin.domain.ids import Split, Verdict

ImageIds = Annotated[tuple[Digest, ...], Field(min_length=1, max_length=500)]
GuardedImageIds = Annotated[tuple[Digest, ...], Field(min_length=1, max_length=MAX_ENTITIES)]


class CreateDataset(Command):
    dataset_id: Slug
    project_id: Slug
    name: Name


class NewImage(Command):
    image_id: Digest
    file: ImageFile
    capture: Capture = Capture()


class RegisterImages(Command):
    images: Annotated[tuple[NewImage, ...], Field(min_length=1, max_length=200)]


class CorrectCapture(Command):
    image_id: Digest
    capture: Capture
    reason: Text = ""


class ExcludeImages(Command):
    image_ids: GuardedImageIds
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class RestoreImages(Command):
    image_ids: GuardedImageIds
    reason: Text = ""


class EraseImages(Command):
    """Delete the bytes of images for good."""

    image_ids: GuardedImageIds
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class AssignSplit(Command):
    image_ids: ImageIds
    split: Split
    rule: Annotated[str, Field(min_length=1, max_length=200)]


class Judgement(Command):
    """One person's judgement of one image."""

    image_id: Digest
    verdict: Verdict
    defects: Annotated[tuple[Defect, ...], Field(max_length=200)] = ()
    reason: Text = ""
    seconds_spent: Annotated[float, Field(ge=0, le=86_400)] | None = None
    suggestion_id: Slug | None = None


class SubmitAnnotations(Command):
    """Judge images, all or nothing."""

    annotations: Annotated[tuple[Judgement, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    label_book_revision: int = 0


class WithdrawAnnotations(Command):
    """Take judgements back, all or nothing."""

    image_ids: GuardedImageIds
    reason: Text = ""


class ReviewAnnotation(Command):
    image_id: Digest
    outcome: Literal["accepted", "returned"]
    reason: Text = ""


class SuggestCandidates(Command):
    suggestion_id: Slug
    policy: Name
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=500)]
    run_id: Slug | None = None


class DismissCandidate(Command):
    suggestion_id: Slug
    image_id: Digest
    reason: Text = ""


class RequestReadjudication(Command):
    readjudication_id: Slug
    cause: Cause
    class_id: Slug
    label_book_revision: Annotated[int, Field(ge=0)]
    items: Annotated[tuple[BorderCase, ...], Field(max_length=500)]
    sample_id: Slug | None = None
    run_id: Slug | None = None


class TagVersion(Command):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    note: Text = ""
    version: Annotated[int, Field(ge=1)] | None = None
    """The end of a commit; None: the newest."""


class Turn(Command):
    """One image's way back: how it was seen to stand, and how it stood before, in the same respects."""

    was: Standing
    becomes: Standing


class RevertChange(Command):
    """Put images back to how they stood. What has changed since it was looked at is left as it is."""

    reverts: Change
    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    restores: int | None = None


def _a_day_or_a_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class ReportFieldReturn(Command):
    """A defect (or none) was found long after the inspection."""

    return_id: Slug
    image_id: Digest
    verdict: Verdict = "NG"
    found_at: Annotated[str, AfterValidator(_a_day_or_a_time)]
    found_by: Name
    class_id: Slug | None = None
    note: Text = ""
    reference: Annotated[str, Field(max_length=120)] = ""


DatasetCommand = (
    CreateDataset
    | RegisterImages
    | CorrectCapture
    | ExcludeImages
    | RestoreImages
    | AssignSplit
    | SubmitAnnotations
    | WithdrawAnnotations
    | ReviewAnnotation
    | SuggestCandidates
    | DismissCandidate
    | RequestReadjudication
    | EraseImages
    | TagVersion
    | RevertChange
    | ReportFieldReturn
)

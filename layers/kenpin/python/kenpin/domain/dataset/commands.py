"""Commands to a dataset."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from kenpin.domain.command import Command, Digest, Name, Reason, Slug, Text
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.events import Standing
from kenpin.domain.dataset.values import (
    BorderCase,
    Candidate,
    Capture,
    Cause,
    Change,
    Defect,
    GroupingField,
    ImageFile,
)
from kenpin.domain.ids import ACTOR, ImageId, Split, Verdict
from kenpin.domain.polygon import MOST_POLYGONS, fault_of, leaves_nothing

ImageIds = Annotated[tuple[Digest, ...], Field(min_length=1, max_length=500)]
MAX_GROUPED: Final = 1_000
GroupName = Annotated[str, Field(min_length=1, max_length=64)]
DrawnPolygons = Annotated[tuple[tuple[tuple[float, float], ...], ...], Field(max_length=MOST_POLYGONS)]
Actor = Annotated[str, Field(pattern=ACTOR)]
ClassIds = Annotated[tuple[Slug, ...], Field(max_length=20)]
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
    reason: Reason


class RestoreImages(Command):
    image_ids: GuardedImageIds
    reason: Text = ""


class EraseImages(Command):
    """Delete the bytes of images for good."""

    image_ids: GuardedImageIds
    reason: Reason


class AssignSplit(Command):
    image_ids: ImageIds
    split: Split
    rule: Annotated[str, Field(min_length=1, max_length=200)]


class GroupedImages(Command):
    """Images, and the group to put them into; None: out of the one that they were put into."""

    image_ids: ImageIds
    group: GroupName | None


class AssignGroups(Command):
    """Put images into groups; of an image that is named twice the last counts."""

    groups: Annotated[tuple[GroupedImages, ...], Field(min_length=1, max_length=500)]
    reason: Text = ""

    @model_validator(mode="after")
    def _fits_into_a_commit(self) -> Self:
        if sum(len(each.image_ids) for each in self.groups) > MAX_GROUPED:
            text = "at most {most} images at once; send the others in another request"
            raise PydanticCustomError("too_many_grouped", text, {"most": f"{MAX_GROUPED:,}"})
        return self

    @property
    def image_ids(self) -> tuple[ImageId, ...]:
        return tuple(id for each in self.groups for id in each.image_ids)


class SetGrouping(Command):
    """Group images by a field of their capture condition, unless they are put into a group."""

    field: GroupingField
    reason: Text = ""


class WindowValues(Command):
    """The values of deep grey that are black and white."""

    low: Annotated[float, Field(ge=-1e12, le=1e12)]
    high: Annotated[float, Field(ge=-1e12, le=1e12)]
    camera: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """None: every camera without a window of its own."""
    reason: Text = ""

    @model_validator(mode="after")
    def _is_open(self) -> Self:
        if self.low >= self.high:
            text = "low ({low}) must be below high ({high}); give the darkest value first"
            raise PydanticCustomError(
                "window_closed", text, {"low": f"{self.low:g}", "high": f"{self.high:g}"}
            )
        return self


class SetWindow(WindowValues):
    """Set the window of one camera, or of the whole dataset."""

    how: Literal["sample", "person"] = "person"


class RemoveWindow(Command):
    """Remove the window of one camera, or the one of the whole dataset."""

    camera: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """None: the one of every camera without a window of its own."""
    reason: Reason


class SetRegionOfInterest(Command):
    """Set the part of the pictures that counts, for one camera or the whole dataset; without polygons, remove it."""

    width: Annotated[int, Field(ge=0, le=100_000)] = 0
    height: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Size of the picture that the corners are pixels of."""
    include: DrawnPolygons = ()
    """The part; none: the whole picture."""
    ignore: DrawnPolygons = ()
    """Areas of it that do not count."""
    camera: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """None: every camera without a region of its own."""
    reason: Text = ""

    @model_validator(mode="after")
    def _is_drawn_on_the_picture(self) -> Self:
        for name, polygons in (("include", self.include), ("ignore", self.ignore)):
            for number, polygon in enumerate(polygons, 1):
                if fault := fault_of(polygon, self.width, self.height):
                    given = {"number": number, "name": name, "fault": fault}
                    raise PydanticCustomError("bad_polygon", "polygon {number} of {name} {fault}", given)
        if self.ignore and leaves_nothing(self.include, self.ignore, self.width, self.height):
            text = "the ignored polygons cover all that is included: make them smaller"
            raise PydanticCustomError("nothing_included", text)
        return self


class SetScale(Command):
    """Set the size of a pixel on the part, for one camera or the whole dataset."""

    mm_per_pixel: Annotated[float, Field(ge=1e-6, le=1e3)]
    camera: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """None: every camera without a scale of its own."""
    reason: Reason


class RemoveScale(Command):
    """Remove the scale of one camera, or the one of the whole dataset."""

    camera: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """None: the one of every camera without a scale of its own."""
    reason: Reason


class Judgement(Command):
    """One person's judgement of one image."""

    image_id: Digest
    verdict: Verdict
    defects: Annotated[tuple[Defect, ...], Field(max_length=200)] = ()
    reason: Text = ""
    seconds_spent: Annotated[float, Field(ge=0, le=86_400)] | None = None
    suggestion_id: Slug | None = None
    label_review: Slug | None = None
    """The run whose label review made the person look again: the same verdict then confirms the label."""

    @property
    def gives_reason(self) -> bool:
        return bool(self.reason.strip() or self.label_review)


class SubmitAnnotations(Command):
    """Judge images, all or nothing."""

    annotations: Annotated[tuple[Judgement, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    label_book_revision: int = 0
    of_others: tuple[Digest, ...] = ()
    """The images whose standing judgement is another person's."""


class WithdrawAnnotations(Command):
    """Take judgements back, all or nothing."""

    image_ids: GuardedImageIds
    reason: Text = ""
    of_others: tuple[Digest, ...] = ()
    """The images whose standing judgement is another person's."""


class Review(Command):
    """A second look at one annotation."""

    image_id: Digest
    outcome: Literal["accepted", "returned"]
    reason: Text = ""
    confused: ClassIds = ()
    """The classes that were mixed up, without saying which is right."""

    @model_validator(mode="after")
    def _says_why_it_is_returned(self) -> Self:
        if self.outcome == "returned" and not self.reason.strip():
            text = "a returned annotation needs a reason; say what to look at again"
            raise PydanticCustomError("return_reason_needed", text)
        if self.outcome == "accepted" and self.confused:
            text = "an accepted annotation mixes nothing up; leave `confused` out or return it"
            raise PydanticCustomError("nothing_confused", text)
        return self


class ReviewAnnotations(Command):
    """Accept or return annotations, all or nothing."""

    reviews: Annotated[tuple[Review, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    own: tuple[Digest, ...] = ()
    """The reviewer's own images, where the project asks for a second person."""


class SuggestCandidates(Command):
    suggestion_id: Slug
    policy: Name
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=500)]
    run_id: Slug | None = None


class DismissCandidate(Command):
    suggestion_id: Slug
    image_id: Digest
    reason: Text = ""


class OpenAgreementTask(Command):
    task_id: Slug
    image_ids: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=200)]
    people: Annotated[tuple[Actor, ...], Field(max_length=50)] = ()
    open_to: Annotated[int, Field(ge=1, le=50)] | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _asks_two_people_at_least(self) -> Self:
        if len(set(self.people)) + (self.open_to or 0) < 2:
            text = "agreement takes two people at least; name them, or say how many it is open to"
            raise PydanticCustomError("too_few_people", text)
        return self


class JudgeBlind(Command):
    task_id: Slug
    image_id: Digest
    person: Actor
    verdict: Verdict
    defect_classes: ClassIds = ()


class CloseAgreementTask(Command):
    task_id: Slug
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


class ImageUndo(Command):
    """The undo of one image: its values as they were seen, and the values to put back, of the same fields."""

    was: Standing
    becomes: Standing


class RevertChange(Command):
    """Put images back to how they stood. What has changed since it was looked at is left as it is."""

    reverts: Change
    image_undos: Annotated[tuple[ImageUndo, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    reason: Reason
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
    | AssignGroups
    | SetGrouping
    | SetWindow
    | RemoveWindow
    | SetRegionOfInterest
    | SetScale
    | RemoveScale
    | SubmitAnnotations
    | WithdrawAnnotations
    | ReviewAnnotations
    | SuggestCandidates
    | DismissCandidate
    | OpenAgreementTask
    | JudgeBlind
    | CloseAgreementTask
    | RequestReadjudication
    | EraseImages
    | TagVersion
    | RevertChange
    | ReportFieldReturn
)

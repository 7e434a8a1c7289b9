"""Events of a dataset: images come, people judge them, versions get names."""

from typing import Final, Literal

from msgspec import UNSET, UnsetType

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
from kenpin.domain.event import Event
from kenpin.domain.ids import (
    ActorId,
    DatasetId,
    FieldReturnId,
    ImageId,
    ProjectId,
    ReadjudicationId,
    RunId,
    SampleId,
    Split,
    SuggestionId,
    TaskId,
    Verdict,
)
from kenpin.domain.polygon import Polygons
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.domain.value import Finite, Value


class DatasetCreated(Event):
    """Someone opened a dataset in a project."""

    dataset_id: DatasetId
    project_id: ProjectId
    name: str


class ImageRegistered(Event):
    """An image came in. A second one with the same bytes is the same image and changes nothing."""

    image_id: ImageId
    file: ImageFile
    capture: Capture


class CaptureCorrected(Event):
    """The capture condition was recorded wrongly and is put right."""

    image_id: ImageId
    capture: Capture
    reason: str


class ImageExcluded(Event):
    """A person took the image out of training and evaluation; it stays in history."""

    image_id: ImageId
    reason: str


class ImageRestored(Event):
    """The image takes part again."""

    image_id: ImageId
    reason: str


class SplitAssigned(Event):
    """The images were put into a split by a stated rule. An image of the test split stays there."""

    image_ids: tuple[ImageId, ...]
    split: Split
    rule: str


class GroupAssigned(Event):
    """The images were put into a group, which no split separates; it goes before the dataset's grouping field."""

    image_ids: tuple[ImageId, ...]
    group: str | None
    """None: out of the group they were put into."""
    reason: str = ""


class GroupingSet(Event):
    """Images that were put into no group are grouped by this field of their capture condition."""

    field: GroupingField
    reason: str = ""


class WindowSet(Event):
    """The values of deep grey that are black and white were set, for one camera or for the whole dataset.

    It holds for pictures of more than 8 bits, or of float, at whatever time they came in.
    """

    low: Finite
    high: Finite
    camera: str | None = None
    """None: every camera without a window of its own."""
    how: Literal["sample", "person"] = "person"
    """sample: percentiles of the first such pictures."""
    reason: str = ""


class WindowRemoved(Event):
    """The window of deep grey of one camera, or of the whole dataset, was removed."""

    camera: str | None = None
    """None: the one of every camera without a window of its own."""
    reason: str = ""


class RegionOfInterestSet(Event):
    """The part of the pictures that is learnt from and judged was set, for one camera or for the whole dataset.

    It takes the place of the one before. Without any polygon it removes that one.
    """

    width: int
    height: int
    """Size of the picture that the corners are pixels of; 0 where there is no polygon."""
    include: Polygons = ()
    """The part; none: the whole picture."""
    ignore: Polygons = ()
    """Areas of it that do not count."""
    camera: str | None = None
    """None: every camera without a region of its own."""
    reason: str = ""

    def region(self) -> RegionOfInterest | None:
        """Return the region that stands after the event; None where it was removed."""
        if not self.include and not self.ignore:
            return None
        return RegionOfInterest(self.width, self.height, self.include, self.ignore, self.camera)


class ScaleSet(Event):
    """The size of a pixel on the part was set, for one camera or for the whole dataset. It replaces the one before."""

    mm_per_pixel: Finite
    camera: str | None = None
    """None: every camera without a scale of its own."""
    reason: str = ""


class ScaleRemoved(Event):
    """The scale of one camera, or of the whole dataset, was removed."""

    camera: str | None = None
    """None: the one of every camera without a scale of its own."""
    reason: str = ""


class AnnotationSubmitted(Event):
    """A person judged the image; it replaces what was said before, which stays in history."""

    image_id: ImageId
    verdict: Verdict
    defects: tuple[Defect, ...] = ()
    label_book_revision: int = 0
    """The label standard it was judged under."""
    reason: str = ""
    seconds_spent: float | None = None
    suggestion_id: SuggestionId | None = None
    """The suggestion it answers."""
    label_review: RunId | None = None
    """The run whose label review made the person look again."""


class AnnotationWithdrawn(Event):
    """A person took the standing annotation back: the image is unlabelled again."""

    image_id: ImageId
    reason: str = ""


class AnnotationReviewed(Event):
    """A second person accepted the annotation or returned it."""

    image_id: ImageId
    outcome: Literal["accepted", "returned"]
    reason: str = ""
    confused: tuple[str, ...] = ()
    """Of a returned one: the classes that were mixed up, without saying which is right."""


class CandidatesSuggested(Event):
    """A policy ranked images worth a person's look; it replaces the batch before."""

    suggestion_id: SuggestionId
    policy: str
    candidates: tuple[Candidate, ...]
    run_id: RunId | None = None
    """The run whose model scored them; None before there is a model."""


class CandidateDismissed(Event):
    """A person set the suggestion aside without judging the image."""

    suggestion_id: SuggestionId
    image_id: ImageId
    reason: str = ""


class AgreementTaskOpened(Event):
    """The same images go to several people, who judge them without seeing one another's answers."""

    task_id: TaskId
    image_ids: tuple[ImageId, ...]
    people: tuple[ActorId, ...] = ()
    """The people who are asked by name."""
    open_to: int | None = None
    """The places for others, first come, first served."""
    note: str = ""


class BlindJudgementSubmitted(Event):
    """One person's answer for one image of a task. Until the task closes, a later one takes its place.

    It is no annotation: what stands on the image stays as it is.
    """

    task_id: TaskId
    image_id: ImageId
    person: ActorId
    verdict: Verdict
    defect_classes: tuple[str, ...] = ()


class AgreementTaskClosed(Event):
    """No more answers; from now on everybody may see how far they agree."""

    task_id: TaskId
    reason: str = ""


class ReadjudicationRequested(Event):
    """The label standard moved: these decisions, made under an older one, are near the border and want a new look.

    A judgement under this revision or a later one closes an item. A later request about the same class and sample
    takes the place of what is still open of this one; one about a class that is retired, of all about that class.
    """

    readjudication_id: ReadjudicationId
    cause: Cause
    class_id: str
    label_book_revision: int
    """The standard to judge under: older decisions than this are in question."""
    items: tuple[BorderCase, ...]
    """Most urgent first; none when no decision is in question."""
    sample_id: SampleId | None = None
    """The limit sample that came or went; None when it is about the class itself."""
    run_id: RunId | None = None
    """The run whose model scored them."""


class ImageErased(Event):
    """The image's bytes are deleted for good and it is out for ever; its digest and what was said of it stay."""

    image_id: ImageId
    reason: str


class VersionTagged(Event):
    """A version got an immutable name."""

    name: str
    tagged_version: int
    note: str = ""


class Judged(Value):
    """A judgement as it stands: what was said, who said it when, and what became of its review."""

    annotation: AnnotationSubmitted
    by: str
    at: str
    """ISO 8601, as recorded then"""
    version: int
    review: Literal["accepted", "returned"] | None = None


class Standing(Value):
    """The state of an image in the fields that are set; the others are left out."""

    image_id: ImageId
    split: Split | UnsetType | None = UNSET
    excluded: str | UnsetType | None = UNSET
    capture: Capture | UnsetType = UNSET
    judged: Judged | UnsetType | None = UNSET
    group: str | UnsetType | None = UNSET


class PutBack(Value):
    """The state that an image gets back."""

    standing: Standing
    split_was: Split | None = None
    """Two may assign a split at once: an image that is in another one by now stays there."""


class ChangeReverted(Event):
    """Somebody undid a change: these images stand as before it, where nobody had decided anew since.

    Large ones are several facts with one batch id. Undoing such a fact does again what it undid.
    """

    reverts: Change
    images: tuple[PutBack, ...]
    reason: str
    restores: int | None = None
    """The version that everything was brought back to, where it was not one change that was undone."""


class FieldReturnReported(Event):
    """The truth about an image came late: a customer or a later process found out. It judges nothing by itself."""

    return_id: FieldReturnId
    image_id: ImageId
    verdict: Verdict
    """The true verdict of the part. NG is an escape if the part was passed as OK."""
    found_at: str
    """ISO 8601, a day or a time"""
    found_by: str
    """The place where it was found, not a person's name: a customer, a later process."""
    class_id: str | None = None
    note: str = ""
    reference: str = ""
    """The finder's reference, such as a claim number."""


DatasetEvent = (
    DatasetCreated
    | ImageRegistered
    | CaptureCorrected
    | ImageExcluded
    | ImageRestored
    | SplitAssigned
    | GroupAssigned
    | GroupingSet
    | WindowSet
    | WindowRemoved
    | RegionOfInterestSet
    | ScaleSet
    | ScaleRemoved
    | AnnotationSubmitted
    | AnnotationWithdrawn
    | AnnotationReviewed
    | CandidatesSuggested
    | CandidateDismissed
    | AgreementTaskOpened
    | BlindJudgementSubmitted
    | AgreementTaskClosed
    | ReadjudicationRequested
    | ImageErased
    | VersionTagged
    | ChangeReverted
    | FieldReturnReported
)

GUARDED: Final = (
    CaptureCorrected,
    ImageExcluded,
    ImageRestored,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    AnnotationReviewed,
    CandidateDismissed,
    ChangeReverted,
    ImageErased,
)
"""Facts that were decided on by somebody who saw the image as it was: each gives it a new revision."""


def images_of(event: Event) -> tuple[ImageId, ...]:
    """The images that an event says something new about."""
    if type(event) is AnnotationSubmitted or type(event) is ImageRegistered:
        return (event.image_id,)
    match event:
        case SplitAssigned(image_ids=ids) | GroupAssigned(image_ids=ids):
            return ids
        case ChangeReverted(images=images):
            return tuple(back.standing.image_id for back in images)
        case _:
            image_id = getattr(event, "image_id", None)
            return (image_id,) if image_id else ()

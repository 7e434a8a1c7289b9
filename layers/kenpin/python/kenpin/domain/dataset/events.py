"""What happens to a dataset: images come, people judge them, versions get names."""

from typing import Final, Literal

from kenpin.domain.dataset.values import Candidate, Capture, Defect, ImageFile
from kenpin.domain.event import Event
from kenpin.domain.ids import (
    ActorId,
    DatasetId,
    ImageId,
    ProjectId,
    RunId,
    Split,
    SuggestionId,
    TaskId,
    Verdict,
)


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
    """Who is asked by name."""
    open_to: int | None = None
    """How many others may take part, whoever comes first."""
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


class VersionTagged(Event):
    """A version got an immutable name."""

    name: str
    tagged_version: int
    note: str = ""


DatasetEvent = (
    DatasetCreated
    | ImageRegistered
    | CaptureCorrected
    | ImageExcluded
    | ImageRestored
    | SplitAssigned
    | AnnotationSubmitted
    | AnnotationWithdrawn
    | AnnotationReviewed
    | CandidatesSuggested
    | CandidateDismissed
    | AgreementTaskOpened
    | BlindJudgementSubmitted
    | AgreementTaskClosed
    | VersionTagged
)

GUARDED: Final = (
    CaptureCorrected,
    ImageExcluded,
    ImageRestored,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    AnnotationReviewed,
    CandidateDismissed,
)
"""Facts that were decided on by somebody who saw the image as it was: each gives it a new revision."""

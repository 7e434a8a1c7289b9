"""State of a dataset: all of it, or only the images that a decision is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap

from kenpin.domain.dataset.events import (
    AgreementTaskOpened,
    AnnotationSubmitted,
    BlindJudgementSubmitted,
    ImageRegistered,
    RegionOfInterestSet,
    WindowSet,
)
from kenpin.domain.dataset.values import Candidate, Capture, GroupingField, ImageFile
from kenpin.domain.ids import (
    ActorId,
    FieldReturnId,
    ImageId,
    ProjectId,
    Split,
    SuggestionId,
    TaskId,
    Verdict,
)
from kenpin.domain.region_of_interest import RegionOfInterest


class ImageState(Struct, frozen=True, gc=False):
    """One image with the judgement that stands."""

    ordinal: int
    """The version it was registered at: the order of the gallery."""
    file: ImageFile
    capture: Capture
    split: Split | None = None
    excluded: str | None = None
    """The reason, when it is excluded."""
    annotation: AnnotationSubmitted | None = None
    review: str | None = None
    """accepted | returned, of the annotation that stands"""
    group: str | None = None
    """The group that it was put into; `groups.group_of_image` is the rule."""


Answer = tuple[Verdict, tuple[str, ...]]
"""The verdict, and the defect classes that were seen."""


class AgreementTaskState(Struct, frozen=True):
    """An agreement task: who is asked about which images, and what each has answered so far."""

    opened: AgreementTaskOpened
    answers: HashTrieMap[tuple[ImageId, ActorId], Answer] = HashTrieMap()
    """The newest of each person for each image."""
    joined: frozenset[ActorId] = frozenset()
    """People who have answered for at least one image."""
    is_closed: bool = False

    def is_for(self, person: ActorId) -> bool:
        """Return True when the person may answer: named, or has answered before, or a place is free."""
        has_room = len(self.joined.difference(self.opened.people)) < (self.opened.open_to or 0)
        return person in self.opened.people or person in self.joined or has_room

    def takes(self, event: BlindJudgementSubmitted) -> bool:
        """Return True when the answer counts. Of two who take the last place at once, the later is skipped."""
        known = event.image_id in self.opened.image_ids
        return known and not self.is_closed and self.is_for(event.person)

    def answered(self, event: BlindJudgementSubmitted) -> AgreementTaskState:
        """Return the task with this answer, when it counts."""
        if not self.takes(event):
            return self
        answers = self.answers.insert((event.image_id, event.person), (event.verdict, event.defect_classes))
        return replace(self, answers=answers, joined=self.joined | {event.person})


class DatasetState(Struct, frozen=True):
    """A dataset, as far as its rules depend on it.

    `images` holds every image after a full fold, and those asked about after `read_models.datasets.state`.
    """

    version: int = 0
    project_id: ProjectId = ""
    name: str = ""
    images: Mapping[ImageId, ImageState] = MappingProxyType({})
    tags: Mapping[str, int] = MappingProxyType({})
    suggestion_id: SuggestionId | None = None
    candidates: Mapping[ImageId, Candidate] = MappingProxyType({})
    """Open candidates of the current suggestion."""
    tasks: Mapping[TaskId, AgreementTaskState] = MappingProxyType({})
    """Agreement tasks; after `read_models.datasets.state` only those asked about."""
    returns: Mapping[ImageId, tuple[FieldReturnId, ...]] = MappingProxyType({})
    """Field returns of these images."""
    readjudications: Mapping[str, int] = MappingProxyType({})
    """Requested re-adjudications → the version of the request."""
    erased: Mapping[ImageId, str] = MappingProxyType({})
    """Images whose bytes were erased, and why; they are excluded, too."""
    grouping: GroupingField | None = None
    """The field that images are grouped by; None: nobody has set it."""
    windows: Mapping[str | None, WindowSet] = MappingProxyType({})
    """Windows of deep grey by camera; None: of the whole dataset."""
    regions: Mapping[str | None, RegionOfInterest] = MappingProxyType({})
    """Regions of interest by camera; None: of the whole dataset."""
    scales: Mapping[str | None, float] = MappingProxyType({})
    """Millimetres of a pixel by camera; None: of the whole dataset."""


class Draft:
    """A dataset during a fold: changed in place, as nothing else refers to it."""

    def __init__(self, state: DatasetState) -> None:
        self.version, self.project_id, self.name = state.version, state.project_id, state.name
        self.images, self.tags = dict(state.images), dict(state.tags)
        self.suggestion_id, self.candidates = state.suggestion_id, dict(state.candidates)
        self.tasks = dict(state.tasks)
        self.returns = dict(state.returns)
        self.readjudications = dict(state.readjudications)
        self.erased = dict(state.erased)
        self.grouping = state.grouping
        self.windows = dict(state.windows)
        self.regions = dict(state.regions)
        self.scales = dict(state.scales)

    def change(self, image_id: ImageId, **changes: object) -> None:
        """Change fields of an image; an image that is not held here is skipped."""
        if (image := self.images.get(image_id)) is not None:
            self.images[image_id] = replace(image, **changes)

    def register(self, event: ImageRegistered) -> None:
        if event.image_id not in self.images:
            self.images[event.image_id] = ImageState(self.version, event.file, event.capture)

    def judge(self, event: AnnotationSubmitted) -> None:
        """Apply a judgement, the most frequent event, in one step: a third of the time of `change`."""
        id = event.image_id
        if (image := self.images.get(id)) is not None:
            self.images[id] = ImageState(
                image.ordinal,
                image.file,
                image.capture,
                image.split,
                image.excluded,
                event,
                group=image.group,
            )
        if self.candidates:
            self.candidates.pop(id, None)

    def set_region(self, event: RegionOfInterestSet) -> None:
        if (region := event.region()) is None:
            self.regions.pop(event.camera, None)
        else:
            self.regions[event.camera] = region

    def task(self, task_id: TaskId, change: Callable[[AgreementTaskState], AgreementTaskState]) -> None:
        """Change a task; a task that is not held here is skipped."""
        if (task := self.tasks.get(task_id)) is not None:
            self.tasks[task_id] = change(task)

    def to_state(self) -> DatasetState:
        return DatasetState(
            version=self.version,
            project_id=self.project_id,
            name=self.name,
            images=MappingProxyType(self.images),
            tags=MappingProxyType(self.tags),
            suggestion_id=self.suggestion_id,
            candidates=MappingProxyType(self.candidates),
            tasks=MappingProxyType(self.tasks),
            returns=MappingProxyType(self.returns),
            readjudications=MappingProxyType(self.readjudications),
            erased=MappingProxyType(self.erased),
            grouping=self.grouping,
            windows=MappingProxyType(self.windows),
            regions=MappingProxyType(self.regions),
            scales=MappingProxyType(self.scales),
        )

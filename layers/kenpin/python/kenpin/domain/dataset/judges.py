"""The people behind the judgements of a dataset: what its fold, which sees no envelopes, does not hold."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kenpin.domain.dataset.events import (
    AgreementTaskClosed,
    AgreementTaskOpened,
    AnnotationSubmitted,
    BlindJudgementSubmitted,
    ChangeReverted,
    DatasetEvent,
    Judged,
)
from kenpin.domain.dataset.state import AgreementTaskState, ImageState
from kenpin.domain.ids import ActorId, ImageId, TaskId, Verdict

AgreementEvent = AgreementTaskOpened | BlindJudgementSubmitted


class BlindAnswers(Struct, frozen=True):
    """Answers about an image in agreement tasks that are closed."""

    closed_at: int
    """The version that closed the last of these tasks"""
    verdicts: dict[ActorId, Verdict]
    """The newest of each person"""
    is_settled: bool = False
    """The judgement that stands was given later."""


class Judges(Struct, frozen=True):
    """The people behind the judgements of a dataset at a version."""

    judged_by: Mapping[ImageId, ActorId] = MappingProxyType({})
    """The author of the judgement that stands. An image whose judgement was withdrawn may be here, too."""
    answers: Mapping[ImageId, BlindAnswers] = MappingProxyType({})
    asked: tuple[AgreementEvent, ...] = ()
    """The events of open agreement tasks, in order"""

    def ng_share(self, image_id: ImageId, image: ImageState) -> float | None:
        """Return the share of people who say NG, where they differ and nobody has settled it; otherwise None.

        Each person counts once: by their blind answer, or else by the judgement that stands. HOLD does not count. An
        accepted judgement, and one given after the task was closed, settle the image.
        """
        told = self.answers.get(image_id)
        if told is None or told.is_settled or image.annotation is None or image.review == "accepted":
            return None
        verdicts = {self.judged_by.get(image_id): image.annotation.verdict} | told.verdicts
        decided = [verdict == "NG" for verdict in verdicts.values() if verdict != "HOLD"]
        return sum(decided) / len(decided) if len(set(decided)) > 1 else None


NOBODY: Final = Judges()


class JudgesDraft:
    """The people of a dataset during a fold: changed in place, as nothing else refers to them."""

    def __init__(self, start: Judges = NOBODY) -> None:
        self._judged_by, self._answers = dict(start.judged_by), dict(start.answers)
        self._asked: dict[TaskId, list[AgreementEvent]] = {}
        for event in start.asked:
            self._asked.setdefault(event.task_id, []).append(event)

    def add(self, event: DatasetEvent, actor: ActorId, version: int) -> None:
        """Add the next event. Types are compared exactly, as isinstance takes ten times as long to say no."""
        if type(event) is AnnotationSubmitted:
            self._judged_by[event.image_id] = actor
            if self._answers:
                self._judged_later(event.image_id, version)
        elif type(event) is ChangeReverted:
            for image_id, judged in _put_back(event):
                self._judged_by[image_id] = judged.by
                self._judged_later(image_id, judged.version)
        elif type(event) is AgreementTaskOpened:
            self._asked.setdefault(event.task_id, [event])
        elif type(event) is BlindJudgementSubmitted and event.task_id in self._asked:
            self._asked[event.task_id].append(event)
        elif type(event) is AgreementTaskClosed:
            self._close(self._asked.pop(event.task_id, []), version)

    def judged_by(self, image_id: ImageId) -> ActorId | None:
        return self._judged_by.get(image_id)

    def to_judges(self) -> Judges:
        asked = tuple(event for events in self._asked.values() for event in events)
        return Judges(self._judged_by, self._answers, asked)

    def _judged_later(self, image_id: ImageId, version: int) -> None:
        if told := self._answers.get(image_id):
            self._answers[image_id] = replace(told, is_settled=version > told.closed_at)

    def _close(self, events: Iterable[AgreementEvent], version: int) -> None:
        for (image_id, person), verdict in _verdicts(events).items():
            told = self._answers.get(image_id)
            earlier = told.verdicts if told and not told.is_settled else {}
            self._answers[image_id] = BlindAnswers(version, earlier | {person: verdict})


def _put_back(event: ChangeReverted) -> Iterator[tuple[ImageId, Judged]]:
    for back in event.images:
        if isinstance(back.standing.judged, Judged):
            yield back.standing.image_id, back.standing.judged


def _verdicts(events: Iterable[AgreementEvent]) -> dict[tuple[ImageId, ActorId], Verdict]:
    """Return the verdicts of a task that count."""
    task: AgreementTaskState | None = None
    for event in events:
        if isinstance(event, AgreementTaskOpened):
            task = AgreementTaskState(event)
        elif task:
            task = task.answered(event)
    return {key: verdict for key, (verdict, _) in task.answers.items()} if task else {}

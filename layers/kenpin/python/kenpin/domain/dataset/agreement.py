"""Rules of agreement tasks: several people judge the same images, each blind to the others' answers."""

from kenpin.domain.dataset.commands import CloseAgreementTask, JudgeBlind, OpenAgreementTask
from kenpin.domain.dataset.events import (
    AgreementTaskClosed,
    AgreementTaskOpened,
    BlindJudgementSubmitted,
    DatasetEvent,
)
from kenpin.domain.dataset.images import image_of, refuse_erased
from kenpin.domain.dataset.refusals import (
    DefectOnOk,
    ImageIsExcluded,
    NoSuchTask,
    NotAsked,
    NotInTask,
    StillBlind,
    TaskExists,
    TaskIsClosed,
)
from kenpin.domain.dataset.state import AgreementTaskState, DatasetState


def open_task(state: DatasetState, command: OpenAgreementTask) -> list[DatasetEvent]:
    wanted = {**dict(command), "image_ids": tuple(dict.fromkeys(command.image_ids))}
    event = AgreementTaskOpened(**wanted)
    if known := state.tasks.get(command.task_id):
        if known.opened == event:
            return []
        raise TaskExists(command.task_id)
    for id in event.image_ids:
        image = image_of(state, id)
        if image.excluded is not None:
            raise ImageIsExcluded(id, image.excluded)
    return [event]


def judge(state: DatasetState, command: JudgeBlind) -> list[DatasetEvent]:
    task = _task(state, command.task_id)
    if task.is_closed:
        raise TaskIsClosed(command.task_id)
    if command.image_id not in task.opened.image_ids:
        raise NotInTask(command.image_id, command.task_id)
    refuse_erased(state, (command.image_id,))
    if not task.is_for(command.person):
        raise NotAsked(command.person, command.task_id)
    if command.verdict == "OK" and command.defect_classes:
        raise DefectOnOk(command.image_id)
    classes = tuple(sorted(set(command.defect_classes)))
    known = task.answers.get((command.image_id, command.person)) == (command.verdict, classes)
    return [] if known else [BlindJudgementSubmitted(**{**dict(command), "defect_classes": classes})]


def close(state: DatasetState, command: CloseAgreementTask) -> list[DatasetEvent]:
    is_closed = _task(state, command.task_id).is_closed
    return [] if is_closed else [AgreementTaskClosed(**dict(command))]


def check_no_longer_blind(task_id: str, *, is_closed: bool) -> None:
    """Check that the result of a task may be shown. Raises StillBlind while the task is open."""
    if not is_closed:
        raise StillBlind(task_id)


def _task(state: DatasetState, task_id: str) -> AgreementTaskState:
    if (task := state.tasks.get(task_id)) is None:
        raise NoSuchTask(task_id)
    return task

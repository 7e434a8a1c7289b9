"""Agreement tasks: who may answer for which images, until when, and which answer counts."""

import pytest
from pydantic import ValidationError

from kenpin.domain.dataset.commands import CloseAgreementTask, JudgeBlind, OpenAgreementTask
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AgreementTaskClosed, AgreementTaskOpened, BlindJudgementSubmitted
from kenpin.domain.dataset.refusals import (
    DefectOnOk,
    ImageIsExcluded,
    NoSuchTask,
    NotAsked,
    NotInTask,
    TaskExists,
    TaskIsClosed,
    UnknownImage,
)
from tests.domain.facts import EXCLUDED_A, HISTORY, OK_A, A, B, registered
from tests.domain.specification import Specification

C = "c" * 64
spec = Specification(dataset).given(*HISTORY, registered(C))
OPEN = OpenAgreementTask(task_id="t1", image_ids=(A, B, A), people=("hanako", "taro"), note="rim or crack?")
OPENED = AgreementTaskOpened(task_id="t1", image_ids=(A, B), people=("hanako", "taro"), note="rim or crack?")
FREE = AgreementTaskOpened(task_id="t1", image_ids=(A, B), open_to=2)
CLOSED = AgreementTaskClosed(task_id="t1", reason="all are through")


def answer(person: str = "hanako", image_id: str = A, verdict: str = "NG", **more: object) -> JudgeBlind:
    given = {"task_id": "t1", "image_id": image_id, "person": person, "verdict": verdict, **more}
    return JudgeBlind.model_validate(given)


def answered(person: str = "hanako", verdict: str = "NG") -> BlindJudgementSubmitted:
    return BlindJudgementSubmitted(task_id="t1", image_id=A, person=person, verdict=verdict)  # type: ignore[arg-type]


def test_a_task_names_each_image_once() -> None:
    spec.when(OPEN).then(OPENED)
    spec.given(OPENED).when(OPEN).then_nothing()


def test_a_task_is_not_opened_twice_with_something_else() -> None:
    spec.given(FREE).when(OPEN).then_refused(TaskExists, saying="t1")


def test_a_task_has_images_that_take_part() -> None:
    spec.when(OPEN.model_copy(update={"image_ids": (A, "f" * 64)})).then_refused(UnknownImage, "f" * 64)
    spec.given(EXCLUDED_A).when(OPEN).then_refused(ImageIsExcluded, saying="blurred")


@pytest.mark.parametrize("who", [{}, {"people": ("hanako",)}, {"people": ("taro", "taro")}, {"open_to": 1}])
def test_a_task_asks_two_people_at_least_by_name_or_by_number(who: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OpenAgreementTask.model_validate({"task_id": "t1", "image_ids": (A,), **who})


def test_an_answer_is_no_annotation_and_the_newest_of_a_person_counts() -> None:
    task = spec.given(OK_A, OPENED)
    said = BlindJudgementSubmitted(
        task_id="t1", image_id=A, person="hanako", verdict="NG", defect_classes=("burn", "crack")
    )
    task.when(answer(defect_classes=["crack", "burn", "crack"])).then(said)
    task.given(answered()).when(answer()).then_nothing()
    task.given(answered()).when(answer(verdict="HOLD")).then(answered(verdict="HOLD"))
    state = dataset.fold([*HISTORY, OK_A, OPENED, answered()])
    assert state.images[A].annotation == OK_A


def test_only_those_who_are_asked_answer() -> None:
    spec.given(OPENED).when(answer("jiro")).then_refused(NotAsked, saying="jiro")
    spec.given(FREE, answered("jiro")).when(answer("hanako")).then(answered())
    full = spec.given(FREE, answered("jiro"), answered("taro"))
    full.when(answer("hanako")).then_refused(NotAsked, saying="places")
    full.when(answer("taro", verdict="OK")).then(answered("taro", "OK"))
    one_more = AgreementTaskOpened(task_id="t1", image_ids=(A, B), people=("hanako",), open_to=1)
    spec.given(one_more, answered("jiro")).when(answer("hanako")).then(answered())
    spec.given(one_more, answered("hanako")).when(answer("jiro")).then(answered("jiro"))
    spec.given(one_more, answered("jiro")).when(answer("taro")).then_refused(NotAsked, saying="taro")


def test_an_answer_is_about_an_image_of_the_task() -> None:
    spec.given(OPENED).when(answer(image_id=C)).then_refused(NotInTask, saying=C)
    spec.when(answer()).then_refused(NoSuchTask, saying="t1")


def test_ok_names_no_defect() -> None:
    spec.given(OPENED).when(answer(verdict="OK", defect_classes=["crack"])).then_refused(DefectOnOk)


def test_a_closed_task_takes_no_more_answers() -> None:
    close = CloseAgreementTask(task_id="t1", reason="all are through")
    spec.given(OPENED).when(close).then(CLOSED)
    spec.given(OPENED, CLOSED).when(close).then_nothing()
    spec.given(OPENED, CLOSED).when(answer()).then_refused(TaskIsClosed, saying="result")
    spec.when(close).then_refused(NoSuchTask)


def test_an_answer_that_came_too_late_or_for_no_place_left_is_passed_over() -> None:
    late = dataset.fold([*HISTORY, OPENED, CLOSED, answered()])
    assert dict(late.tasks["t1"].answers) == {}
    third = dataset.fold([*HISTORY, FREE, answered("jiro"), answered("taro"), answered("hanako")])
    assert third.tasks["t1"].joined == {"jiro", "taro"}

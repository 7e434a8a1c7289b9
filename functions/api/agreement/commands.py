"""Writes about agreement tasks: open one, answer blind, close it."""

from typing import Annotated

from pydantic import Field

from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import caller, request_context
from functions.http.resolver import new_router
from kenpin.application import judge
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Slug, Text
from kenpin.domain.dataset.commands import Actor, ClassIds, CloseAgreementTask, JudgeBlind, OpenAgreementTask
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import Verdict

router = new_router()


class NewTask(Command):
    """The images and the people of a new task: named people, a number of (other) people, or both."""

    task_id: Slug | None = None
    image_ids: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=200)]
    people: Annotated[tuple[Actor, ...], Field(max_length=50)] = ()
    open_to: Annotated[int, Field(ge=1, le=50)] | None = None
    note: Text = ""


class BlindAnswer(Command):
    image_id: Digest
    verdict: Verdict
    defect_classes: ClassIds = ()


class Closure(Command):
    reason: Text = ""


@router.post("/datasets/<dataset_id>/agreement-tasks", status_code=201, tags=["agreement"])
def open_agreement_task(dataset_id: str, body: NewTask) -> Accepted:
    """Give the same images to several people, each blind to what the others say."""
    id = body.task_id or new_id()
    command = OpenAgreementTask(**{**dict(body), "task_id": id})
    return accept(dataset, dataset_id, command).model_copy(update={"id": id})


@router.post("/datasets/<dataset_id>/agreement-tasks/<task_id>/answers", status_code=201, tags=["agreement"])
def answer_blind(dataset_id: str, task_id: str, body: BlindAnswer) -> Accepted:
    """Give the caller's own answer for one image; until the task closes, a later one replaces it."""
    answer = JudgeBlind(**{**dict(body), "task_id": task_id, "person": caller().actor})
    return accepted(judge.answer_blind(platform(), dataset_id, answer, request_context()), dataset_id)


@router.post("/datasets/<dataset_id>/agreement-tasks/<task_id>/closure", status_code=201, tags=["agreement"])
def close_agreement_task(dataset_id: str, task_id: str, body: Closure) -> Accepted:
    """Close the task: no more answers, and the result becomes visible."""
    return accept(dataset, dataset_id, CloseAgreementTask(task_id=task_id, reason=body.reason))

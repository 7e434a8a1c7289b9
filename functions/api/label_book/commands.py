"""Writes about the label standard: the book, its limit samples, and asking for old decisions anew."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from pydantic import Field

from functions.api.answers import Accepted
from functions.api.label_book.answers import QueuedReadjudication
from functions.http.accept import accept, new_id
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Slug, Text
from kenpin.domain.dataset.refusals import ImageIsExcluded, NoSuchDataset, UnknownImage
from kenpin.domain.project.commands import ApproveLimitSample, ReviseLabelBook, WithdrawLimitSample
from kenpin.domain.project.decider import NoSuchClass, project
from kenpin.ports import Job
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.projects import projection as projects
from kenpin.read_models.runs import projection as runs

router = new_router()


class NewSample(Command):
    sample_id: Slug | None = None
    dataset_id: Slug
    image_id: Digest
    class_id: Slug
    side: Literal["accepted", "rejected"]
    note: Text = ""
    valid_until: date | None = None
    """The last day it counts on; left out, it counts until it is withdrawn."""


class Withdrawal(Command):
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class AskedAnew(Command):
    class_id: Slug
    reason: Text = ""


@router.put("/projects/<project_id>/label-book", tags=["label standard"])
def revise_label_book(project_id: str, body: ReviseLabelBook) -> Accepted:
    """Say anew what holds for every class. Classes are defined at `defect-classes`."""
    return accept(project, project_id, body)


@router.post("/projects/<project_id>/limit-samples", status_code=201, tags=["label standard"])
def approve_limit_sample(project_id: str, body: NewSample) -> Accepted:
    """Make an image of the project a limit sample of a class; the caller is its approver."""
    if body.valid_until and body.valid_until < datetime.now(UTC).date():
        raise BadRequestError(f"valid_until: {body.valid_until} has passed; name a day to come, or none")
    with platform().database.reading() as sql:
        must_show(sql, project_id, [(body.dataset_id, body.image_id)])
    command = ApproveLimitSample(**(dict(body) | {"sample_id": body.sample_id or new_id()}))
    accepted = accept(project, project_id, command)
    return accepted.model_copy(update={"id": command.sample_id})


@router.post(
    "/projects/<project_id>/limit-samples/<sample_id>/withdrawal", status_code=201, tags=["label standard"]
)
def withdraw_limit_sample(project_id: str, sample_id: str, body: Withdrawal) -> Accepted:
    return accept(project, project_id, WithdrawLimitSample(sample_id=sample_id, reason=body.reason))


def must_show(sql: Sql, project_id: str, pictures: Iterable[tuple[str, str]]) -> None:
    """Whether these (dataset, image) can stand for the standard. Raises Missing, ImageIsExcluded."""
    for dataset_id, image_id in pictures:
        if datasets.project_of(sql, dataset_id) != project_id:
            raise NoSuchDataset
        row = gallery_queries.one(sql, dataset_id, image_id)
        if row is None:
            raise UnknownImage(image_id)
        if row["excluded"] is not None:
            raise ImageIsExcluded(image_id, row["excluded"])


@router.post("/datasets/<dataset_id>/readjudications", status_code=202, tags=["label standard"])
def ask_for_readjudication(dataset_id: str, body: AskedAnew) -> QueuedReadjudication:
    """Queue a job that lists the old decisions about this class; the answer is a ReadjudicationRequested event."""
    by = caller()
    with platform().database.reading() as sql:
        if (project_id := datasets.project_of(sql, dataset_id)) is None:
            raise NoSuchDataset
        book = projects.label_book(sql, dataset_id)
        if book is None or body.class_id not in book.classes | book.retired.keys():
            raise NoSuchClass(body.class_id)
        run_id = runs.latest_scored(sql, dataset_id)
    id = new_id()
    arguments: dict[str, str | int | None] = {
        "readjudication_id": id,
        "run_id": run_id,
        "class_id": body.class_id,
        "text": body.reason,
        "by": by.actor,
    }
    given = (by.correlation_id, project_id, by.traceparent)
    platform().jobs.send(Job(f"readjudicate-{id}", "readjudicate", dataset_id, arguments, *given))
    return QueuedReadjudication(job_id=f"readjudicate-{id}", readjudication_id=id)

"""Writes about the label standard: the book and its limit samples."""

from datetime import date
from typing import Literal

from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import projects
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Reason, Slug, Text
from kenpin.domain.project.commands import ApproveLimitSample, ReviseLabelBook, WithdrawLimitSample
from kenpin.domain.project.decider import project

router = new_router()


class NewSample(Command):
    sample_id: Slug | None = None
    dataset_id: Slug
    image_id: Digest
    class_id: Slug
    side: Literal["accepted", "rejected"]
    note: Text = ""
    valid_until: date | None = None
    """The last day of validity; without it, the sample is valid until it is withdrawn"""


class Withdrawal(Command):
    reason: Reason


@router.put("/projects/<project_id>/label-book", tags=["label standard"])
def revise_label_book(project_id: str, body: ReviseLabelBook) -> Accepted:
    """Revise the rules for every class. Classes are defined at `defect-classes`."""
    return accept(project, project_id, body)


@router.post("/projects/<project_id>/limit-samples", status_code=201, tags=["label standard"])
def approve_limit_sample(project_id: str, body: NewSample) -> Accepted:
    """Make an image of the project a limit sample of a class; the caller is its approver."""
    sample = ApproveLimitSample(**(dict(body) | {"sample_id": body.sample_id or new_id()}))
    appended = projects.approve_limit_sample(platform(), project_id, sample, request_context())
    return accepted(appended, sample.sample_id)


@router.post(
    "/projects/<project_id>/limit-samples/<sample_id>/withdrawal", status_code=201, tags=["label standard"]
)
def withdraw_limit_sample(project_id: str, sample_id: str, body: Withdrawal) -> Accepted:
    return accept(project, project_id, WithdrawLimitSample(sample_id=sample_id, reason=body.reason))

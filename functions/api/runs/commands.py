"""Writes about runs: request, cancel, retry."""

from typing import Annotated

from pydantic import Field

from functions.api.runs.answers import RunAccepted
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import request_run as requesting
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug, Text
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import CancelRun, RetryRun
from kenpin.domain.run.decider import run

router = new_router()


class NewRun(Command):
    dataset_id: Slug
    version: Annotated[int, Field(ge=1)] | None = None
    """The dataset version to learn from; None: the newest."""
    recipe: Recipe = Recipe()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    parent_model: Slug | None = None


class RunReason(Command):
    reason: Text = ""


@router.post("/runs", status_code=202, tags=["runs"])
def request_run(body: NewRun) -> RunAccepted:
    """Queue a run on exactly this version of the dataset, named by version and hash.

    Where the project asks for two people, it learns only from what somebody else has accepted; `left_out` says how
    many judged images it does without.
    """
    id = new_id()
    requested = requesting.request_run(
        platform(),
        id,
        body.dataset_id,
        body.version,
        body.recipe,
        body.seed,
        body.parent_model,
        request_context(),
    )
    queued = accepted(requested.appended, id)
    return RunAccepted(**dict(queued), accepted_only=requested.accepted_only, left_out=requested.left_out)


@router.post("/runs/<run_id>/cancellation", status_code=201, tags=["runs"])
def cancel_run(run_id: str, body: RunReason) -> Accepted:
    return accept(run, run_id, CancelRun(reason=body.reason))


@router.post("/runs/<run_id>/retries", status_code=202, tags=["runs"])
def retry_run(run_id: str, body: RunReason) -> Accepted:
    return accept(run, run_id, RetryRun(reason=body.reason))

"""Writes about runs: request, cancel, retry."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from functions.api.runs.answers import RunAccepted
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import request_run as requesting
from kenpin.application.request_run import AskedRun
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug, Text
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import CancelRun, RetryRun
from kenpin.domain.run.decider import run

router = new_router()
TAKEN_OVER: Final = frozenset({"version", "recipe", "seed", "parent_model"})
"""Fields that a run like another takes from it"""


class NewRun(Command):
    dataset_id: Slug
    version: Annotated[int, Field(ge=1)] | None = None
    """The dataset version to learn from; None: the newest."""
    recipe: Recipe = Recipe()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    parent_model: Slug | None = None
    like: Slug | None = None
    """A run of the dataset whose version, recipe, seed, parent and reviews it takes over"""
    without: HistorySlice | None = None
    """Images that it does not learn from; it is measured by the same ones"""
    reason: Text = ""

    @model_validator(mode="after")
    def _has_one_recipe(self) -> Self:
        given = sorted(TAKEN_OVER & self.model_fields_set)
        if self.like and given:
            text = "a run like another takes its {fields} over; leave them out"
            raise PydanticCustomError("recipe_taken_over", text, {"fields": ", ".join(given)})
        return self


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
        AskedRun(**dict(body)),
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

"""Writes about suggestions: request images worth labelling, dismiss one."""

import secrets
from typing import Annotated

from pydantic import Field

from functions.api.suggestions.answers import Queued
from functions.http.accept import accept, new_id
from functions.http.answers import Accepted
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application import suggest
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Slug, Text
from kenpin.domain.dataset.commands import DismissCandidate
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.suggestion_strategies import MOST_TURNS, Strategy

router = new_router()


class NewSuggestion(Command):
    size: Annotated[int, Field(ge=1, le=500)] = 20
    run_id: Slug | None = None
    """The run whose model scores; by default the newest that has scored this dataset, or none"""
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    strategies: Annotated[tuple[Strategy, ...], Field(min_length=1, max_length=MOST_TURNS)] | None = None
    """In turn; named twice: twice the share. Without facts to choose by: as `diverse`. None: the project's mix."""


class Dismissal(Command):
    image_id: Digest
    reason: Text = ""


@router.post("/datasets/<dataset_id>/suggestions", status_code=202, tags=["suggestions"])
def ask_for_suggestions(dataset_id: str, body: NewSuggestion) -> Queued:
    """Queue a job that ranks the unlabelled images; its result is a CandidatesSuggested event."""
    id = new_id()
    seed = secrets.randbelow(2**31) if body.seed is None else body.seed
    job = suggest.ask_for_suggestions(
        platform(),
        dataset_id,
        id,
        size=body.size,
        run_id=body.run_id,
        seed=seed,
        strategies=body.strategies or (),
        by=caller(),
    )
    return Queued(job_id=job.job_id, suggestion_id=id)


@router.post(
    "/datasets/<dataset_id>/suggestions/<suggestion_id>/dismissals", status_code=201, tags=["suggestions"]
)
def dismiss_candidate(dataset_id: str, suggestion_id: str, body: Dismissal) -> Accepted:
    command = DismissCandidate(suggestion_id=suggestion_id, image_id=body.image_id, reason=body.reason)
    return accept(dataset, dataset_id, command)

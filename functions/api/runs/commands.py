"""Writes about runs: request, cancel, retry."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from functions.api.runs.answers import RunAccepted
from functions.http.accept import accept, new_id
from functions.http.answers import Accepted
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug, Text
from kenpin.domain.commit import Head
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.decider import Refusal
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import CancelRun, RequestRun, RetryRun
from kenpin.domain.run.decider import run
from kenpin.projections.database import Row
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.projects import projection as projects
from kenpin.read_models.reviews import queries as review_queries

router = new_router()
LEAST_PER_VERDICT = 2


class TooFewLabels(Refusal):
    def __init__(self, counts: dict[str, int]) -> None:
        ok, ng = counts.get("OK", 0), counts.get("NG", 0)
        super().__init__(
            f"a run needs at least {LEAST_PER_VERDICT} OK and {LEAST_PER_VERDICT} NG images to learn from; "
            f"this dataset has {ok} OK and {ng} NG. Label more first"
        )


class TooFewAccepted(Refusal):
    def __init__(self, counts: dict[str, int], left_out: int) -> None:
        ok, ng = counts.get("OK", 0), counts.get("NG", 0)
        super().__init__(
            f"a run needs at least {LEAST_PER_VERDICT} OK and {LEAST_PER_VERDICT} NG images to learn from; here "
            f"{ok} OK and {ng} NG are accepted, and {left_out} judged ones are not. Have somebody review them first"
        )


class NoSuchVersion(Refusal):
    def __init__(self, version: int, head: Head) -> None:
        super().__init__(
            f"{head.stream} has no version {version} that a commit ends at; its newest is {head.version}"
        )


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
    head = _commit_end(body.dataset_id, body.version)
    with platform().database.reading() as sql:
        project_id = datasets.project_of(sql, body.dataset_id)
        policy = projects.policy(sql, project_id) if project_id else {}
        accepted_only = bool(project_id) and projects.asks_two_people(sql, project_id or "")
        counts = datasets.training_counts(sql, body.dataset_id)
        waiting = review_queries.unaccepted(sql, body.dataset_id, body.version) if accepted_only else []
    if project_id is None:
        raise NoSuchDataset
    left_out = sum(row["images"] for row in waiting)
    if body.version is None:
        _refuse_too_few(counts, waiting, left_out)
    id = new_id()
    command = RequestRun(
        run_id=id,
        project_id=project_id,
        dataset_id=body.dataset_id,
        dataset_version=head.version,
        dataset_hash=head.hash.hex(),
        recipe=_by_policy(body.recipe, policy),
        seed=body.seed,
        parent_model=body.parent_model,
        accepted_only=accepted_only,
        left_out=left_out,
    )
    queued = accept(run, id, command)
    return RunAccepted(**dict(queued), accepted_only=accepted_only, left_out=left_out)


def _refuse_too_few(counts: dict[str, int], waiting: list[Row], left_out: int) -> None:
    if min(counts.get("OK", 0), counts.get("NG", 0)) < LEAST_PER_VERDICT:
        raise TooFewLabels(counts)
    for row in waiting:
        if row["teaches"]:
            counts[row["verdict"]] -= row["images"]
    if min(counts.get("OK", 0), counts.get("NG", 0)) < LEAST_PER_VERDICT:
        raise TooFewAccepted(counts, left_out)


def _by_policy(recipe: Recipe, policy: Mapping[str, float]) -> Recipe:
    """What mistakes cost, where the request leaves it open, is what the project's policy says."""
    open_terms = {"escape_cost", "overkill_cost", "defect_rate"} - recipe.model_fields_set
    return recipe.model_copy(update={term: policy[term] for term in open_terms & policy.keys()})


def _commit_end(dataset_id: str, version: int | None) -> Head:
    """The head of the dataset, or its hash as of the commit that ends at `version`."""
    head = platform().events.head(f"dataset-{dataset_id}")
    if version is None or version == head.version:
        return head
    for commit in platform().events.read(head.stream, after=max(0, version - 1_000), upto=version):
        if commit.last == version:
            return Head(head.stream, version, commit.hash)
    raise NoSuchVersion(version, head)


@router.post("/runs/<run_id>/cancellation", status_code=201, tags=["runs"])
def cancel_run(run_id: str, body: RunReason) -> Accepted:
    return accept(run, run_id, CancelRun(reason=body.reason))


@router.post("/runs/<run_id>/retries", status_code=202, tags=["runs"])
def retry_run(run_id: str, body: RunReason) -> Accepted:
    return accept(run, run_id, RetryRun(reason=body.reason))

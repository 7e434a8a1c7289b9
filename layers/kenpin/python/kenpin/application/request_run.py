"""Request a training run: check its commit and its labels, and take the costs of mistakes from the policy."""

from collections.abc import Mapping

from msgspec import Struct

from kenpin.application.commit_end import commit_end
from kenpin.application.execute import RequestContext
from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.eligibility import check_enough
from kenpin.domain.ids import DatasetId, ModelId, RunId
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from kenpin.ports import Appended
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.reviews.queries import left_out

COST_TERMS = frozenset({"escape_cost", "overkill_cost", "defect_rate"})


class RequestedRun(Struct, frozen=True):
    """A run that was requested, and the judged images that it does without."""

    appended: Appended
    accepted_only: bool
    left_out: int


class LabelCounts(Struct, frozen=True):
    """Images to learn from by verdict, and judged images whose judgement does not count."""

    ok: int
    ng: int
    left_out: int


def request_run(
    platform: PlatformParts,
    run_id: RunId,
    dataset_id: DatasetId,
    version: int | None,
    recipe: Recipe,
    seed: int,
    parent_model: ModelId | None,
    request: RequestContext,
) -> RequestedRun:
    """Queue a run on the dataset's version, None for the newest.

    Raises NoSuchDataset, NoSuchVersion, InsideCommit, TooFewLabels, TooFewAccepted, Unavailable, and what a command
    raises.
    """
    with fresh_rows(platform, dataset_id, "gallery", "datasets") as (sql, _):
        head = commit_end(platform.events, f"dataset-{dataset_id}", version)
        project_id = project_in_rows(sql, dataset_id)
        policy = projects.policy(sql, project_id)
        accepted_only = projects.asks_two_people(sql, project_id)
        windows = windows_at(sql, dataset_id, version)
        labels = labels_to_learn_from(sql, dataset_id, version, accepted_only=accepted_only)
    without = labels.left_out if accepted_only else 0
    check_enough(recipe.method, ok=labels.ok, ng=labels.ng, left_out=without)
    command = RequestRun(
        run_id=run_id,
        project_id=project_id,
        dataset_id=dataset_id,
        dataset_version=head.version,
        dataset_hash=head.hash.hex(),
        recipe=_with_policy(recipe, policy),
        seed=seed,
        parent_model=parent_model,
        accepted_only=accepted_only,
        left_out=without,
        windows=windows,
    )
    appended = platform.commands.execute_request(run, run_id, command, request)
    return RequestedRun(appended, accepted_only, without)


def labels_to_learn_from(
    sql: Sql, dataset_id: DatasetId, version: int | None, *, accepted_only: bool
) -> LabelCounts:
    """Count the judged images that a run at this version learns from, and those that it does without."""
    counts = datasets.judged_to_learn_from(sql, dataset_id, version)
    rows = left_out(sql, dataset_id, version, accepted_only=accepted_only)
    for row in rows:
        if row["learnt_from"]:
            counts[row["verdict"]] -= row["images"]
    return LabelCounts(counts.get("OK", 0), counts.get("NG", 0), sum(row["images"] for row in rows))


def _with_policy(recipe: Recipe, policy: Mapping[str, float]) -> Recipe:
    """Return the recipe; costs that the request leaves open are those of the project's policy."""
    open_terms = COST_TERMS - recipe.model_fields_set
    return recipe.model_copy(update={term: policy[term] for term in open_terms & policy.keys()})

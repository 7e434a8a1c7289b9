"""Request a training run: check its commit and its labels, and take the costs of mistakes from the policy."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kenpin.application.backbones import with_backbone
from kenpin.application.commit_end import commit_end
from kenpin.application.execute import RequestContext
from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.site_zone import site_zone
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.eligibility import check_enough
from kenpin.domain.dataset.refusals import TooFewLabels
from kenpin.domain.history_slice import HistorySlice, in_zone
from kenpin.domain.ids import DatasetId, ModelId, RunId, stream_of
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import RunRequested
from kenpin.domain.run.refusals import NoRunLike, NotADate, NothingLeftOut, TooFewWithout
from kenpin.ports import Appended
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.reviews.queries import left_out as rows_left_out
from kenpin.read_models.runs.history_slices import learnt_from_in_slice

COST_TERMS = frozenset({"escape_cost", "overkill_cost", "defect_rate"})


class AskedRun(Struct, frozen=True):
    """A run as a person asks for it. `like`: a run whose version, recipe, seed and parent it takes over."""

    dataset_id: DatasetId
    version: int | None = None
    """None: the newest"""
    recipe: Recipe = Recipe()
    seed: int = 0
    parent_model: ModelId | None = None
    accepted_only: bool | None = None
    """None: as the project's policy says"""
    like: RunId | None = None
    without: HistorySlice | None = None
    reason: str = ""


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
    platform: PlatformParts, run_id: RunId, asked: AskedRun, request: RequestContext
) -> RequestedRun:
    """Queue a run.

    Raises NoRunLike, NotADate, NothingLeftOut, TooFewWithout, NoSuchDataset, NoSuchVersion, InsideCommit,
    TooFewLabels, TooFewAccepted, NoSuchBackbone, Unavailable, and what a command raises.
    """
    asked = _like(platform, asked)
    dataset_id, version, recipe = asked.dataset_id, asked.version, asked.recipe
    with fresh_rows(platform, dataset_id, "gallery", "datasets") as (sql, _):
        head = commit_end(platform.events, f"dataset-{dataset_id}", version)
        project_id = project_in_rows(sql, dataset_id)
        policy = projects.policy(sql, project_id)
        accepted_only = asked.accepted_only
        if accepted_only is None:
            accepted_only = projects.asks_two_people(sql, project_id)
        windows = windows_at(sql, dataset_id, version)
        labels = labels_to_learn_from(sql, dataset_id, version, accepted_only=accepted_only)
        left_out = labels.left_out if accepted_only else 0
        check_enough(recipe.method, ok=labels.ok, ng=labels.ng, left_out=left_out)
        without = asked.without and _dated(asked.without, site_zone(platform, sql, project_id))
        if without:
            _check_slice(sql, asked, without, labels, accepted_only)
    command = RequestRun(
        run_id=run_id,
        project_id=project_id,
        dataset_id=dataset_id,
        dataset_version=head.version,
        dataset_hash=head.hash.hex(),
        recipe=with_backbone(platform, project_id, _with_policy(recipe, policy)),
        seed=asked.seed,
        parent_model=asked.parent_model,
        accepted_only=accepted_only,
        left_out=left_out,
        windows=windows,
        like=asked.like,
        without=without,
        reason=asked.reason,
    )
    appended = platform.commands.execute_request(run, run_id, command, request)
    return RequestedRun(appended, accepted_only, left_out)


def _like(platform: PlatformParts, asked: AskedRun) -> AskedRun:
    """Return the request with version, recipe, seed and parent of the run that it names."""
    if asked.like is None:
        return asked
    commits = platform.events.read(stream_of("run", asked.like), upto=1)
    first = next((event for commit in commits for event in events_in(commit)), None)
    if not isinstance(first, RunRequested) or first.dataset_id != asked.dataset_id:
        raise NoRunLike(asked.like, asked.dataset_id)
    return replace(
        asked,
        version=first.dataset_version,
        recipe=Recipe.model_validate(first.recipe),
        seed=first.seed,
        parent_model=first.parent_model,
        accepted_only=first.accepted_only,
    )


def _dated(without: HistorySlice, zone: ZoneInfo) -> HistorySlice:
    try:
        return in_zone(without, zone)
    except ValueError:
        raise NotADate(without.kind, without.value) from None


def _check_slice(
    sql: Sql, asked: AskedRun, without: HistorySlice, labels: LabelCounts, accepted_only: bool
) -> None:
    """Check that the slice has images to learn from, and that enough are left without it."""
    dropped = learnt_from_in_slice(sql, asked.dataset_id, asked.version, without, accepted_only=accepted_only)
    if not dropped:
        raise NothingLeftOut(str(without), labels.ok + labels.ng)
    ok, ng = labels.ok - dropped.get("OK", 0), labels.ng - dropped.get("NG", 0)
    try:
        check_enough(asked.recipe.method, ok=ok, ng=ng)
    except TooFewLabels:
        raise TooFewWithout(str(without), ok=ok, ng=ng) from None


def labels_to_learn_from(
    sql: Sql, dataset_id: DatasetId, version: int | None, *, accepted_only: bool
) -> LabelCounts:
    """Count the judged images that a run at this version learns from, and those that it does without."""
    counts = datasets.judged_to_learn_from(sql, dataset_id, version)
    rows = rows_left_out(sql, dataset_id, version, accepted_only=accepted_only)
    for row in rows:
        if row["learnt_from"]:
            counts[row["verdict"]] -= row["images"]
    return LabelCounts(counts.get("OK", 0), counts.get("NG", 0), sum(row["images"] for row in rows))


def _with_policy(recipe: Recipe, policy: Mapping[str, float]) -> Recipe:
    """Return the recipe; costs that the request leaves open are those of the project's policy."""
    open_terms = COST_TERMS - recipe.model_fields_set
    return recipe.model_copy(update={term: policy[term] for term in open_terms & policy.keys()})

"""Writes about splits: plan one by groups or time, carry it out; put images into groups."""

from typing import Annotated

from pydantic import Field

from functions.api.splits.answers import PlannedCounts, PlannedSplits, SplitResult
from functions.http.accept import accept
from functions.http.answers import Accepted
from functions.http.paging import decoded_number, encoded
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.split import PlannedSplit, carry_out_split, plan_dataset_split
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import AssignGroups, SetGrouping
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.splits import SplitRule

router = new_router()
SECONDS = 8.0
"""A request works so long; what is left is for the next."""
CursorText = Annotated[str, Field(max_length=200)]


class SplitExecution(SplitRule):
    """A planned split, named by its rule and the version that it was planned from."""

    version: Annotated[int, Field(ge=1, lt=2**63)]
    cursor: CursorText | None = None


@router.post("/datasets/<dataset_id>/splits/plan", tags=["datasets"])
def plan_split(dataset_id: str, body: SplitRule) -> PlannedSplits:
    """Plan a split of whole groups, stratified by verdict and class, or in blocks of time. Nothing is changed."""
    return _planned(plan_dataset_split(platform(), dataset_id, body), body)


@router.post("/datasets/<dataset_id>/splits/execution", status_code=201, tags=["datasets"])
def execute_split(dataset_id: str, body: SplitExecution) -> SplitResult:
    """Carry out the plan of this rule and version. Safe to repeat; with a batch id it is undone as one."""
    after = decoded_number(body.cursor) or 0
    done = carry_out_split(
        platform(), dataset_id, body, body.version, after=after, by=caller(), seconds=SECONDS
    )
    return SplitResult(
        stream=f"dataset-{dataset_id}",
        version=done.version,
        images=done.images,
        next_cursor=None if done.after is None else encoded(done.after),
    )


@router.post("/datasets/<dataset_id>/groups", status_code=201, tags=["datasets"])
def assign_groups(dataset_id: str, body: AssignGroups) -> Accepted:
    """Put images into groups, or out of theirs: images of a group stay in one split."""
    return accept(dataset, dataset_id, body)


@router.put("/datasets/<dataset_id>/grouping", tags=["datasets"])
def set_grouping(dataset_id: str, body: SetGrouping) -> Accepted:
    """Set the field that images are grouped by where they were put into no group."""
    return accept(dataset, dataset_id, body)


def _planned(planned: PlannedSplit, rule: SplitRule) -> PlannedSplits:
    plan = planned.plan
    counts = {
        split: PlannedCounts(
            images=held.images,
            moved=len(plan.moves[split]),
            groups=held.groups,
            verdicts=dict(held.verdicts),
            classes=dict(sorted(held.classes.items())),
        )
        for split, held in plan.counts.items()
    }
    return PlannedSplits(
        version=planned.version,
        rule=rule.text,
        splits=counts,
        in_test=plan.in_test,
        follow=plan.follow,
        largest_group=plan.largest_group,
    )

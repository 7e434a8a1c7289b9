"""Splitting of a dataset by groups or time: a plan to look at first, then its assignments in chunks."""

import time
from collections.abc import Sequence
from itertools import chain
from typing import Final

from msgspec import Struct

from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.whole_datasets import check_image_count
from kenpin.domain.dataset.commands import AssignSplit, SetGrouping
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchDataset, NoSuchVersion
from kenpin.domain.dataset.splits import SplitPlan, SplitRule, plan_split
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId, Split
from kenpin.read_models.gallery.splitting import images_to_split

CHUNK: Final = 500
"""Images of one assignment."""
ORDER: Final[tuple[Split, ...]] = ("test", "validation", "train")


class PlannedSplit(Struct, frozen=True):
    """A plan, and the version that it was made from."""

    plan: SplitPlan
    version: int


class SplitProgress(Struct, frozen=True):
    """The part of a split that one call carried out."""

    version: int
    images: int
    after: int | None
    """The number of assignments to go on from; None when the split is done"""


def plan_dataset_split(
    platform: PlatformParts, dataset_id: DatasetId, rule: SplitRule, version: int | None = None
) -> PlannedSplit:
    """Plan a split as of a version, None for the newest.

    Raises NoSuchDataset, NoSuchVersion, TooManyImages, Unavailable.
    """
    with fresh_rows(platform, dataset_id, "gallery", "datasets") as (sql, head):
        if not head:
            raise NoSuchDataset
        if version is not None and version > head:
            raise NoSuchVersion(version, head)
        check_image_count(sql, dataset_id, version or head)
        images = images_to_split(sql, dataset_id, version or head, rule.grouping)
        return PlannedSplit(plan_split(images, rule), version or head)


def carry_out_split(
    platform: PlatformParts,
    dataset_id: DatasetId,
    rule: SplitRule,
    version: int,
    *,
    after: int,
    by: Context,
    seconds: float,
) -> SplitProgress:
    """Carry out the plan of this version, from assignment `after` on, for at most `seconds`.

    Raises what planning and a command raise.
    """
    planned, end, images = (
        plan_dataset_split(platform, dataset_id, rule, version),
        time.monotonic() + seconds,
        0,
    )
    assignments = _assignments(planned.plan, rule)
    reached = platform.events.head(f"dataset-{dataset_id}").version
    if rule.grouping is not None and not after:
        reason = f"split {rule.text}"
        command = SetGrouping(field=rule.grouping, reason=reason)
        reached = platform.commands.execute(dataset, dataset_id, command, by=by).version
    for place, assign in enumerate(assignments[after:], after + 1):
        reached = platform.commands.execute(dataset, dataset_id, assign, by=by).version
        images += len(assign.image_ids)
        if time.monotonic() > end and place < len(assignments):
            return SplitProgress(reached, images, place)
    return SplitProgress(reached, images, None)


def _assignments(plan: SplitPlan, rule: SplitRule) -> list[AssignSplit]:
    return list(chain.from_iterable(_of_split(split, plan.moves[split], rule) for split in ORDER))


def _of_split(split: Split, images: Sequence[ImageId], rule: SplitRule) -> list[AssignSplit]:
    return [
        AssignSplit(image_ids=tuple(images[start : start + CHUNK]), split=split, rule=rule.text)
        for start in range(0, len(images), CHUNK)
    ]

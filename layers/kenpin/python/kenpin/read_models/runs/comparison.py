"""Two runs side by side, from their files of predictions: the images that both were measured by."""

from __future__ import annotations

from msgspec import Struct

from kenpin.domain.ids import Split
from kenpin.domain.run.comparison import MeasuredPair
from kenpin.ports import ObjectStore
from kenpin.read_models.runs.scored_images import scored_images


class MeasuredRun(Struct, frozen=True):
    """The predictions of a run, and the way it was measured."""

    predictions: str
    """Digest of the file"""
    split: Split
    threshold: float


class MeasuredPairs(Struct, frozen=True):
    """Images that both runs were measured by, in the order of their ids, and the number of the others."""

    images: list[MeasuredPair]
    old_only: int
    new_only: int


class _Measured(Struct, frozen=True, gc=False):
    score: float
    judged_ng: bool
    ng: bool
    group: str


def measured_pairs(objects: ObjectStore, old: MeasuredRun, new: MeasuredRun) -> MeasuredPairs:
    before, after = _measured(objects, old), _measured(objects, new)
    both = sorted(before.keys() & after.keys())
    images = [_compared(id, before[id], after[id]) for id in both]
    return MeasuredPairs(images, len(before) - len(both), len(after) - len(both))


def _compared(image_id: str, old: _Measured, new: _Measured) -> MeasuredPair:
    return MeasuredPair(
        image_id=image_id,
        group=new.group,
        old_score=old.score,
        new_score=new.score,
        old_judged_ng=old.judged_ng,
        new_judged_ng=new.judged_ng,
        old_ng=old.ng,
        new_ng=new.ng,
    )


def _measured(objects: ObjectStore, run: MeasuredRun) -> dict[str, _Measured]:
    """Return the images that the run was measured by; one without a known group is a group by itself."""
    table = scored_images(objects, run.predictions, run.split).table
    columns = (table[name].to_pylist() for name in ("image_id", "score", "is_ng", "group"))
    return {
        id: _Measured(score, score >= run.threshold, is_ng, id if group is None else group)
        for id, score, is_ng, group in zip(*columns, strict=True)
    }

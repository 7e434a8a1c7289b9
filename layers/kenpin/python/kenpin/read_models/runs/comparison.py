"""Two runs side by side, from their files of predictions: the images that both were measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.ids import Split
from kenpin.domain.run.comparison import MeasuredPair
from kenpin.ports import ObjectStore
from kenpin.read_models.runs.predictions import read

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final = ("image_id", "split", "use", "truth", "score", "fold_score", "group")


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
    """Return the images that the run was measured by; of those it learnt from, the score by a model without them."""
    import pyarrow.compute as pc

    table = read(objects, run.predictions, COLUMNS)
    scores = table["fold_score"] if run.split == "train" else table["score"]
    is_measured = pc.and_(pc.is_in(table["truth"], value_set=_verdicts()), pc.is_valid(scores))
    is_measured = pc.and_(is_measured, pc.fill_null(pc.equal(_uses(table), run.split), False))
    chosen = table.append_column("measured_score", scores).filter(is_measured)
    columns = [chosen[name].to_pylist() for name in ("image_id", "measured_score", "truth")]
    groups = chosen["group"].to_pylist() if "group" in chosen.column_names else columns[0]
    return {
        id: _Measured(score, score >= run.threshold, truth == "NG", group)
        for id, score, truth, group in zip(*columns, groups, strict=True)
    }


def _verdicts() -> pa.Array:
    import pyarrow as pa

    return pa.array(["OK", "NG"])


def _uses(table: pa.Table) -> pa.ChunkedArray:
    """Return the use of each image by the run; files from before it was kept say its split."""
    import pyarrow.compute as pc

    return table["use"] if "use" in table.column_names else pc.fill_null(table["split"], "train")

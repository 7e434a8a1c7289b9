"""Figures of a run by slices: mistakes and ranking for each value of a condition, class, size or time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.error_rates import upper_bound
from kenpin.read_models.runs.curve import Costs, point_at, sweep
from kenpin.read_models.runs.scored_images import SliceBy

if TYPE_CHECKING:
    import pyarrow as pa

MOST: Final = 200
"""Slices of one answer: those with the most images"""
FEW: Final = 10
"""Images of a verdict below which its rate says little"""
NO_COSTS: Final = Costs(1, 1, 0.5)


class SliceFigures(Struct, frozen=True):
    """The figures of a slice. `values`: one for each dimension, None where it is not known."""

    values: tuple[str | None, ...]
    images: int
    ng: int
    ok: int
    escapes: int
    overkills: int
    escape_rate: float | None
    escape_bound: float | None
    overkill_rate: float | None
    overkill_bound: float | None
    auroc: float | None
    few_ng: bool
    few_ok: bool


def slice_figures(images: pa.Table, by: tuple[SliceBy, ...], threshold: float) -> list[SliceFigures]:
    """Return the figures of the largest slices, the highest escape rate first.

    `images`: of `scored_images` with `by`.
    """
    largest = sorted(_parts(images, by), key=lambda part: (-len(part[1]), [each or "" for each in part[0]]))
    found = [figures_of(part, values, threshold) for values, part in largest[:MOST]]
    return sorted(found, key=lambda each: (-(each.escape_rate or 0), -(each.overkill_rate or 0)))


def every_slice(images: pa.Table, by: tuple[SliceBy, ...], threshold: float) -> list[SliceFigures]:
    """Return the figures of all slices, in no order."""
    return [figures_of(part, values, threshold) for values, part in _parts(images, by)]


def _parts(images: pa.Table, by: tuple[SliceBy, ...]) -> list[tuple[tuple[str | None, ...], pa.Table]]:
    """Return the values of each slice with its scores, in one pass over the images."""
    import pyarrow as pa

    grouped = images.group_by(list(by)).aggregate([("score", "list"), ("is_ng", "list")])
    scores, flags = grouped["score_list"].combine_chunks(), grouped["is_ng_list"].combine_chunks()
    return [
        (
            tuple(row[each] for each in by),
            pa.table({"score": scores[place].values, "is_ng": flags[place].values}),
        )
        for place, row in enumerate(grouped.select(list(by)).to_pylist())
    ]


def figures_of(images: pa.Table, values: tuple[str | None, ...], threshold: float) -> SliceFigures:
    swept, at = sweep(images, NO_COSTS), point_at(images, threshold, NO_COSTS)
    return SliceFigures(
        values,
        len(images),
        swept.ng,
        swept.ok,
        at.escapes,
        at.overkills,
        at.escape_rate,
        upper_bound(at.escapes, swept.ng),
        at.overkill_rate,
        upper_bound(at.overkills, swept.ok),
        swept.auroc(),
        swept.ng < FEW,
        swept.ok < FEW,
    )

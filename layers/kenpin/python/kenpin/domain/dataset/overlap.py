"""Overlap of two shapes, and the matching of the defects of two judgements."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.values import Defect, Point

SCAN_LINES: Final = 128
"""Scan lines across two shapes. Areas are exact along each line, so a polygon's error is about 1 % of its height."""

Span = tuple[float, float]


class Match(Struct, frozen=True):
    """A defect before, after, or both: its indexes in the two judgements."""

    class_id: str
    before: int | None
    after: int | None
    iou: float | None


def iou(one: Defect, other: Defect) -> float | None:
    """Return the intersection over union (Jaccard 1912), 0..1.

    None when it is unknown: for masks that differ (their bytes are not read here), or a defect without a shape.
    """
    if one.mask or other.mask:
        return 1.0 if one.mask == other.mask else None
    outlines = outline(one), outline(other)
    if not all(outlines):
        return 1.0 if outlines == ((), ()) else None
    return _iou(*outlines)


def outline(defect: Defect) -> tuple[Point, ...]:
    """Return the corners of the polygon or box, in pixels; () for a defect without a shape."""
    if defect.polygon:
        return defect.polygon
    if defect.box is None:
        return ()
    x, y, width, height = defect.box
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _iou(one: Sequence[Point], other: Sequence[Point]) -> float:
    if one == other:
        return 1.0
    common = total = 0.0
    for top, bottom in pairwise(_levels(one, other)):
        middle, height = (top + bottom) / 2, bottom - top
        left, right = _spans(one, middle), _spans(other, middle)
        shared = _shared(left, right)
        common += height * shared
        total += height * (_length(left) + _length(right) - shared)
    return common / total if total else 0.0


def _levels(one: Sequence[Point], other: Sequence[Point]) -> list[float]:
    """Return the scan lines: at every corner, which is exact for boxes, and in even steps between."""
    corners = {y for _, y in (*one, *other)}
    if _is_upright(one) and _is_upright(other):
        return sorted(corners)
    top, bottom = min(corners), max(corners)
    step = (bottom - top) / SCAN_LINES
    return sorted(corners | {top + n * step for n in range(SCAN_LINES)})


def _is_upright(shape: Sequence[Point]) -> bool:
    """Return True when every side is parallel to an axis."""
    return all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in pairwise((*shape, shape[0])))


def _spans(shape: Sequence[Point], y: float) -> list[Span]:
    """Return the parts of the line at height y that lie inside, by the even-odd rule."""
    crossings = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for (x0, y0), (x1, y1) in pairwise((*shape, shape[0]))
        if (y0 <= y) != (y1 <= y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _length(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)


def _shared(one: Sequence[Span], other: Sequence[Span]) -> float:
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def match_defects(before: Sequence[Defect], after: Sequence[Defect]) -> list[Match]:
    """Match defects of the same class, largest overlap first (greedy, as PASCAL VOC matches detections).

    Defects without a match have None as `before` or `after`. Sorted by class.
    """
    pairs = sorted(
        (
            (-(found or 0.0), i, j, found)
            for i, one in enumerate(before)
            for j, other in enumerate(after)
            if one.class_id == other.class_id and (found := iou(one, other)) != 0.0
        ),
        key=lambda pair: pair[:3],
    )
    matches: list[Match] = []
    unmatched_before, unmatched_after = set(range(len(before))), set(range(len(after)))
    for _, i, j, found in pairs:
        if i in unmatched_before and j in unmatched_after:
            unmatched_before.remove(i)
            unmatched_after.remove(j)
            matches.append(Match(before[i].class_id, i, j, found))
    matches += [Match(before[i].class_id, i, None, 0.0) for i in sorted(unmatched_before)]
    matches += [Match(after[j].class_id, None, j, 0.0) for j in sorted(unmatched_after)]
    return sorted(matches, key=lambda match: match.class_id)

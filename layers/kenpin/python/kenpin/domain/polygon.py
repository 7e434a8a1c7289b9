"""Polygons: corners in pixels, and the rules that a drawn one obeys."""

from collections.abc import Iterator, Sequence
from itertools import combinations, cycle, pairwise
from typing import Annotated, Final

from msgspec import Meta

from kenpin.domain.value import Finite

MOST_CORNERS: Final = 100
MOST_POLYGONS: Final = 20
Corner = tuple[Finite, Finite]
Polygon = Annotated[tuple[Corner, ...], Meta(min_length=3, max_length=MOST_CORNERS)]
Polygons = Annotated[tuple[Polygon, ...], Meta(max_length=MOST_POLYGONS)]
Place = tuple[float, float]
Outline = tuple[Place, ...]
Line = tuple[Place, Place]
SCAN_LINES: Final = 64
"""Lines along which areas are compared"""


def fault_of(polygon: Outline, width: int, height: int) -> str | None:
    """Return the first rule that a polygon on a picture of this size breaks, and what to do; None when it is good."""
    if len(polygon) < 3:
        return f"has {len(polygon)} corners: give at least 3"
    if len(polygon) > MOST_CORNERS:
        return f"has {len(polygon)} corners: give at most {MOST_CORNERS}"
    for x, y in polygon:
        if not (0 <= x <= width and 0 <= y <= height):
            return f"has a corner at {x:g}, {y:g}, outside the picture of {width} × {height} pixels: move it inside"
    if _crosses_itself(polygon):
        return "crosses or touches itself: name its corners in their order along the edge, each once"
    return "has no area: move a corner" if _area(polygon) < 1 else None


def _area(polygon: Outline) -> float:
    """Return the area in square pixels (the shoelace formula)."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _sides(polygon))) / 2


def _crosses_itself(polygon: Outline) -> bool:
    sides = _sides(polygon)
    last = len(sides) - 1
    apart = (
        (one, other)
        for (n, one), (m, other) in combinations(enumerate(sides), 2)
        if m - n > 1 and (n, m) != (0, last)
    )
    return any(_meet(one, other) for one, other in apart)


def _sides(polygon: Outline) -> list[Line]:
    return list(pairwise((*polygon, polygon[0])))


def _meet(one: Line, other: Line) -> bool:
    """Return True when two lines have a point in common."""
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((one, c), (one, d), (other, a), (other, b))
    return any(turn == 0 and _is_beside(line, end) for turn, (line, end) in zip(turns, ends, strict=True))


def _turn(a: Place, b: Place, c: Place) -> float:
    """Return > 0 where c lies on one side of the line through a and b, < 0 on the other, 0 on the line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_beside(line: Line, point: Place) -> bool:
    """Return True when the point lies in the box of the line."""
    (ax, ay), (bx, by) = line
    return min(ax, bx) <= point[0] <= max(ax, bx) and min(ay, by) <= point[1] <= max(ay, by)


def leaves_nothing(include: Sequence[Outline], ignore: Sequence[Outline], width: int, height: int) -> bool:
    """Return True when ignored polygons cover the included ones, or the picture where none is included."""
    whole = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    parts = include or (whole,)
    top, bottom = (end(y for part in parts for _, y in part) for end in (min, max))
    lines = (top + (n + 0.5) * (bottom - top) / SCAN_LINES for n in range(SCAN_LINES))
    return not any(_is_free(parts, ignore, y) for y in lines)


def _is_free(include: Sequence[Outline], ignore: Sequence[Outline], y: float) -> bool:
    """Return True when a part of the line at height y lies in an included polygon and in no ignored one."""
    ends = [(x, turn, 0) for polygon in include for x, turn in _ends(polygon, y)]
    ends += [(x, 0, turn) for polygon in ignore for x, turn in _ends(polygon, y)]
    included = ignored = 0
    for (x, more, fewer), (following, *_) in pairwise(sorted(ends)):
        included, ignored = included + more, ignored + fewer
        if included and not ignored and following > x:
            return True
    return False


def _ends(polygon: Outline, y: float) -> Iterator[tuple[float, int]]:
    """Yield where the line at height y enters (1) and leaves (-1) a polygon."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in _sides(polygon)
        if (ay <= y) != (by <= y)
    )
    yield from zip(crossings, cycle((1, -1)), strict=False)

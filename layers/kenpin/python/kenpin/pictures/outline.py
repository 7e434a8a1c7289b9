"""Outlines: the corners of a polygon in pixels. Imports no decoder, so that functions without one may use it."""

from collections.abc import Iterator

Point = tuple[float, float]
Outline = tuple[Point, ...]


def sides(outline: Outline) -> Iterator[tuple[Point, Point]]:
    """Yield the two ends of each side, the last back to the first corner."""
    yield from zip(outline, (*outline[1:], outline[0]), strict=True)

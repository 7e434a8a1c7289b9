"""Pixels of defects: masks from every kind of shape, and boxes, runs and outlines from masks."""

import numpy as np
from numpy.typing import NDArray

from kenpin.exporting.exported import Box, ExportedDefect, ExportedImage
from kenpin.pictures.marks import Marked, marked_pixels
from kenpin.pictures.outline import Outline, sides

Corner = tuple[int, int]


def marked(image: ExportedImage, defect: ExportedDefect) -> Marked:
    """Return the pixels of a defect by its mask, else its polygon, else its box; none for a defect without place."""
    stored = defect.mask() if defect.mask else None
    return marked_pixels(image.height, image.width, stored, defect.polygon, defect.box)


def place_of(image: ExportedImage, defect: ExportedDefect) -> Box | None:
    """Return the box of a defect, or the box around its polygon or mask; None without a place."""
    if defect.box:
        return defect.box
    if defect.polygon:
        xs, ys = [x for x, _ in defect.polygon], [y for _, y in defect.polygon]
        return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    return box_of(marked(image, defect)) if defect.mask else None


def box_of(pixels: Marked) -> Box | None:
    """Return the box around the marked pixels; None where there are none."""
    columns, rows = np.flatnonzero(pixels.any(axis=0)), np.flatnonzero(pixels.any(axis=1))
    if not len(columns):
        return None
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top


def runs_of(pixels: NDArray[np.bool_]) -> list[int]:
    """Return the lengths of runs, off and on in turn, beginning with off, of a flat row of pixels."""
    ends = np.flatnonzero(np.diff(pixels)) + 1
    runs = np.diff(np.concatenate(([0], ends, [len(pixels)]))).tolist()
    return [0, *runs] if pixels[0] else runs


def outlines_of(pixels: Marked) -> list[Outline]:
    """Return the outer outlines of the marked pixels along their edges; holes are filled.

    Pixels that touch at a corner only belong to two outlines.
    """
    steps = _edges(pixels)
    found: list[Outline] = []
    while steps:
        outline = _follow(steps)
        if _area(outline) > 0:
            found.append(outline)
    return found


def _edges(pixels: Marked) -> dict[Corner, list[Corner]]:
    """Return the steps along pixel edges, with the defect on the right hand (the y axis points down)."""
    framed = np.pad(pixels, 1)
    inside = framed[1:-1, 1:-1]
    steps: dict[Corner, list[Corner]] = {}
    for neighbour, start, end in (
        (framed[:-2, 1:-1], (0, 0), (1, 0)),
        (framed[1:-1, 2:], (1, 0), (1, 1)),
        (framed[2:, 1:-1], (1, 1), (0, 1)),
        (framed[1:-1, :-2], (0, 1), (0, 0)),
    ):
        for y, x in np.argwhere(inside & ~neighbour).tolist():
            steps.setdefault((x + start[0], y + start[1]), []).append((x + end[0], y + end[1]))
    return steps


def _follow(steps: dict[Corner, list[Corner]]) -> Outline:
    """Take one closed outline out of the steps; return its corners, without those on a straight line."""
    start = here = min(steps)
    heading, corners = (0, 0), list[Corner]()
    while not corners or here != start:
        there = _take(steps, here, heading)
        turn = (there[0] - here[0], there[1] - here[1])
        if turn != heading:
            corners.append(here)
        here, heading = there, turn
    return tuple((float(x), float(y)) for x, y in corners)


def _take(steps: dict[Corner, list[Corner]], here: Corner, heading: Corner) -> Corner:
    """Take the step from here; where two pixels touch at a corner, the one that turns right."""
    right = (here[0] - heading[1], here[1] + heading[0])
    ways = steps[here]
    there = right if right in ways else ways[0]
    ways.remove(there)
    if not ways:
        del steps[here]
    return there


def _area(outline: Outline) -> float:
    """Return the signed area: positive clockwise as seen, so negative for a hole."""
    return sum(_cross(a, b) for a, b in sides(outline)) / 2


def _cross(a: tuple[float, float], b: tuple[float, float]) -> float:
    return a[0] * b[1] - b[0] * a[1]

"""Shapes that other tools draw, as the polygons and boxes that a defect can have."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from PIL import Image, ImageDraw

from kenpin.importing.entry import DefectShape, MaskRuns
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.json_values import Point
from kenpin.importing.runs import runs_of

Box = tuple[float, float, float, float]
"""x, y, width, height"""
CORNERS_OF_ELLIPSE = 48
CORNERS = 500
"""Corners that the polygon of a stored defect may have."""
PIXEL_DIGITS = 2
"""Digits of shares that become pixels: files have six of a share, so that more are noise in a wide picture."""
NOISE = 1e-6
"""Pixels that a sum of two numbers may be wrong by: 0.1 and 0.2 are 0.30000000000000004."""


def ellipse(x: float, y: float, radius_x: float, radius_y: float, degrees: float = 0) -> tuple[Point, ...]:
    """Return an ellipse around x, y, turned clockwise, as a polygon."""
    steps = (2 * math.pi * step / CORNERS_OF_ELLIPSE for step in range(CORNERS_OF_ELLIPSE))
    return tuple(
        _turned((x + radius_x * math.cos(a), y + radius_y * math.sin(a)), (x, y), degrees) for a in steps
    )


def turned_box(
    x: float, y: float, width: float, height: float, degrees: float, pivot: Point
) -> tuple[Point, ...]:
    """Return a box that was turned clockwise around a pivot as a polygon."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return tuple(_turned(corner, pivot, degrees) for corner in corners)


def box_between(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """Return x, y, width and height of a box given by two corners. Raises InvalidItem when it holds nothing."""
    if right <= left or bottom <= top:
        raise InvalidItem(
            Fault.BOX_NO_AREA, left=f"{left:g}", top=f"{top:g}", right=f"{right:g}", bottom=f"{bottom:g}"
        )
    return left, top, right - left, bottom - top


def in_pixels(shape: DefectShape, width: int, height: int) -> DefectShape:
    """Return a shape whose numbers are pixels of an image of this size; a polygon of too many corners as a mask."""
    box, polygon = shape.box, shape.polygon
    if box and shape.unit == "share":
        box = _box_in_pixels(box, width, height)
    if polygon and shape.unit == "share":
        polygon = tuple((round(x * width, PIXEL_DIGITS), round(y * height, PIXEL_DIGITS)) for x, y in polygon)
    if polygon and len(polygon) > CORNERS:
        return replace(shape, polygon=None, mask=_filled(polygon, width, height), unit="pixel")
    return replace(shape, box=box, polygon=polygon, unit="pixel")


def clipped(shape: DefectShape, width: int, height: int) -> DefectShape:
    """Return the part of a shape that lies in an image of this size. Raises InvalidItem when nothing does."""
    if shape.box:
        x, y, box_width, box_height = shape.box
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + box_width, width), min(y + box_height, height)
        if right <= left or bottom <= top:
            raise InvalidItem(Fault.BOX_OUTSIDE, class_name=shape.class_name, width=width, height=height)
        if (left, top, right, bottom) == (x, y, x + box_width, y + box_height):
            return shape
        return replace(shape, box=(left, top, right - left, bottom - top))
    if shape.polygon:
        corners = tuple((min(max(x, 0), width), min(max(y, 0), height)) for x, y in shape.polygon)
        if any(max(axis) == min(axis) for axis in zip(*corners, strict=True)):
            raise InvalidItem(Fault.POLYGON_OUTSIDE, class_name=shape.class_name, width=width, height=height)
        return replace(shape, polygon=corners)
    return shape


def is_cut_off(given: DefectShape, inside: DefectShape) -> bool:
    """Return True where a shape lost a part that is no rounding of its numbers."""
    pairs = zip(_numbers(given), _numbers(inside), strict=True)
    return not all(math.isclose(*pair, abs_tol=NOISE) for pair in pairs)


def _numbers(shape: DefectShape) -> list[float]:
    return [*(shape.box or ()), *(number for corner in shape.polygon or () for number in corner)]


def _box_in_pixels(box: Box, width: int, height: int) -> Box:
    """Return a box of shares in pixels. Its sides are rounded, so that one at the edge does not go beyond it."""
    left, right = (round(x * width, PIXEL_DIGITS) for x in (box[0], box[0] + box[2]))
    top, bottom = (round(y * height, PIXEL_DIGITS) for y in (box[1], box[1] + box[3]))
    return left, top, round(right - left, PIXEL_DIGITS), round(bottom - top, PIXEL_DIGITS)


def _filled(polygon: Sequence[Point], width: int, height: int) -> MaskRuns:
    picture = Image.new("1", (width, height))
    ImageDraw.Draw(picture).polygon(list(polygon), fill=1)
    return runs_of(np.asarray(picture))


def _turned(point: Point, pivot: Point, degrees: float) -> Point:
    if degrees == 0:
        return point
    x, y = point[0] - pivot[0], point[1] - pivot[1]
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return pivot[0] + x * cosine - y * sine, pivot[1] + x * sine + y * cosine

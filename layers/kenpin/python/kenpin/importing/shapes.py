"""Shapes that other tools draw, as the polygons and boxes that a defect can have."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from PIL import Image, ImageDraw

from kenpin.importing.entry import DefectShape, MaskRuns
from kenpin.importing.json_values import InvalidItem, Point
from kenpin.importing.runs import runs_of

CORNERS_OF_ELLIPSE = 48
CORNERS = 500
"""Corners that the polygon of a stored defect may have."""


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
            f"box {left:g}, {top:g}, {right:g}, {bottom:g} has no area; its corners are swapped"
        )
    return left, top, right - left, bottom - top


def in_pixels(shape: DefectShape, width: int, height: int) -> DefectShape:
    """Return a shape whose numbers are pixels of an image of this size; a polygon of too many corners as a mask."""
    box, polygon = shape.box, shape.polygon
    if box and shape.unit == "share":
        box = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    if polygon and shape.unit == "share":
        polygon = tuple((x * width, y * height) for x, y in polygon)
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
            raise InvalidItem(f"a box of {shape.class_name} lies outside of the picture ({width}×{height})")
        inside = (left, top, right - left, bottom - top)
        return shape if inside == shape.box else replace(shape, box=inside)
    if shape.polygon:
        corners = tuple((min(max(x, 0), width), min(max(y, 0), height)) for x, y in shape.polygon)
        if any(max(axis) == min(axis) for axis in zip(*corners, strict=True)):
            raise InvalidItem(
                f"a polygon of {shape.class_name} lies outside of the picture ({width}×{height})"
            )
        return replace(shape, polygon=corners)
    return shape


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

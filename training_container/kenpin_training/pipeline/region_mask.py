"""The region of interest on the pixels of a picture, and on the places of its map."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.pictures.marks import Marked, marked_pixels
from kenpin.pictures.outline import Outline
from kenpin_training.backbones.backbone import PATCH_STEP

Inside = NDArray[np.bool_]
"""rows × columns: the places of a map that count"""
NEUTRAL: Final = 127
"""The level that the network takes as zero"""


def pixels_inside(region: RegionOfInterest, width: int, height: int) -> Marked:
    """Return the pixels that count of a picture of this size, height × width."""
    inside = np.full((height, width), not region.include)
    for polygon in region.include:
        inside |= marked_pixels(height, width, polygon=_scaled(polygon, region, width, height))
    for polygon in region.ignore:
        inside &= ~marked_pixels(height, width, polygon=_scaled(polygon, region, width, height))
    return inside


def places_inside(region: RegionOfInterest | None, width: int, height: int) -> Inside:
    """Return the places of the map of a picture that count: those of which half does, or else the most.

    `width`, `height`: of the picture in the scale of the map.
    """
    grid = -(-height // PATCH_STEP), -(-width // PATCH_STEP)
    if region is None:
        return np.ones(grid, bool)
    starts = [np.arange(0, side, PATCH_STEP) for side in (height, width)]
    counts = np.add.reduceat(pixels_inside(region, width, height).astype(np.float64), starts[0], axis=0)
    tall, wide = (
        np.diff(np.append(start, side)) for start, side in zip(starts, (height, width), strict=True)
    )
    share = np.add.reduceat(counts, starts[1], axis=1) / np.outer(tall, wide)
    return np.asarray(share >= min(0.5, share.max()))


def box_of(region: RegionOfInterest | None, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the included polygons, in pixels of a picture of this size."""
    if region is None or not region.include:
        return 0, 0, width, height
    corners = [c for polygon in region.include for c in _scaled(polygon, region, width, height)]
    xs, ys = zip(*corners, strict=True)
    left, top = min(math.floor(min(xs)), width - 1), min(math.floor(min(ys)), height - 1)
    return left, top, max(math.ceil(max(xs)), left + 1), max(math.ceil(max(ys)), top + 1)


def cropped(image: Image.Image, region: RegionOfInterest | None) -> Image.Image:
    """Return the part of a picture that its region lies in; pixels that do not count have the neutral level."""
    if region is None:
        return image
    inside = pixels_inside(region, *image.size)
    left, top, right, bottom = box_of(region, *image.size)
    pixels = np.where(inside[..., None], np.asarray(image), np.uint8(NEUTRAL))
    return Image.fromarray(pixels[top:bottom, left:right])


def sides_for(region: RegionOfInterest | None, side: int) -> tuple[int, int]:
    """Return width and height of a picture from which on the box of its region has sides of at least `side`."""
    if region is None:
        return side, side
    left, top, right, bottom = box_of(region, region.width, region.height)
    return math.ceil(side * region.width / (right - left)), math.ceil(side * region.height / (bottom - top))


def _scaled(polygon: Outline, region: RegionOfInterest, width: int, height: int) -> Outline:
    across, down = width / region.width, height / region.height
    return tuple((x * across, y * down) for x, y in polygon)

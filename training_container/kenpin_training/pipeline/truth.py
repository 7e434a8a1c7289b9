"""Truth: where people marked defects, on the grid of a map."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from kenpin.application.stored_pictures import PictureOpener
from kenpin.domain.dataset.values import Defect
from kenpin.pictures.marks import Marked, marked_pixels
from kenpin_training.pipeline.pixel_figures import Truth
from kenpin_training.pipeline.regions import TOUCHING

Coverage = NDArray[np.float32]
"""rows × columns: the share of each place that is marked, 0..1"""


def coverage_of(
    defects: Sequence[Defect],
    objects: PictureOpener,
    size: tuple[int, int],
    grid: tuple[int, int],
    box: tuple[int, int, int, int] | None = None,
) -> Coverage:
    """Return the share of each place that these defects cover.

    `size`: width and height of the picture; `grid`: rows and columns of the map. `box`: left, top, right and bottom
    of the part of the picture that the map is of.
    """
    marked = marked_of(defects, objects, size).astype(np.float32)
    return np.asarray(Image.fromarray(marked).resize((grid[1], grid[0]), Image.Resampling.BOX, box))


def marked_of(defects: Sequence[Defect], objects: PictureOpener, size: tuple[int, int]) -> Marked:
    """Return the pixels that these defects cover, height × width."""
    width, height = size
    marked = np.zeros((height, width), bool)
    for defect in defects:
        marked |= _pixels(defect, objects, width, height)
    return marked


def truth_of(coverage: Coverage) -> Truth:
    """Return the places that are defect: those at least half as covered as the most covered of their region."""
    return np.asarray((coverage > 0) & (coverage >= 0.5 * most_of_region(coverage)))


def most_of_region(coverage: Coverage) -> Coverage:
    """Return for each place the highest coverage of its region: that of a small or thin defect is low everywhere."""
    regions, count = ndimage.label(coverage > 0, TOUCHING)
    highest = np.asarray(ndimage.maximum(coverage, regions, np.arange(count + 1)), np.float32)
    return np.asarray(highest[regions])


def extent_of(defects: Sequence[Defect], objects: PictureOpener, size: tuple[int, int]) -> float | None:
    """Return the longer side of the largest of these defects, in pixels; None where no place is marked."""
    return max((side for defect in defects if (side := _longer_side(defect, objects, size))), default=None)


def _longer_side(defect: Defect, objects: PictureOpener, size: tuple[int, int]) -> float:
    if defect.mask:
        rows, columns = np.nonzero(_pixels(defect, objects, *size))
        return float(max(np.ptp(rows), np.ptp(columns)) + 1) if rows.size else 0.0
    if defect.polygon:
        x, y = zip(*defect.polygon, strict=True)
        return float(max(max(x) - min(x), max(y) - min(y)))
    return float(max(defect.box[2:])) if defect.box else 0.0


def _pixels(defect: Defect, objects: PictureOpener, width: int, height: int) -> Marked:
    mask = None
    if defect.mask:
        with objects.open(f"images/{defect.mask}") as file:
            mask = file.read()
    return marked_pixels(height, width, mask, defect.polygon, defect.box)

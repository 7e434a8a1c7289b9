"""Truth: where people marked defects, on the grid of a map."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.application.stored_pictures import PictureOpener
from kenpin.domain.dataset.values import Defect
from kenpin.pictures.marks import Marked, marked_pixels
from kenpin_training.pipeline.pixel_figures import Truth

Coverage = NDArray[np.float32]
"""rows × columns: the share of each place that is marked, 0..1"""


def coverage_of(
    defects: Sequence[Defect], objects: PictureOpener, size: tuple[int, int], grid: tuple[int, int]
) -> Coverage:
    """Return the share of each place that these defects cover.

    `size`: width and height of the picture; `grid`: rows and columns of the map.
    """
    width, height = size
    marked = np.zeros((height, width), bool)
    for defect in defects:
        marked |= _pixels(defect, objects, width, height)
    share = Image.fromarray(marked.astype(np.float32)).resize((grid[1], grid[0]), Image.Resampling.BOX)
    return np.asarray(share)


def truth_of(coverage: Coverage) -> Truth:
    """Return the places that are defect: at least half covered, or as much as the most covered of a thin one."""
    return np.asarray((coverage > 0) & (coverage >= min(0.5, float(coverage.max(initial=0.0)))))


def _pixels(defect: Defect, objects: PictureOpener, width: int, height: int) -> Marked:
    mask = None
    if defect.mask:
        with objects.open(f"images/{defect.mask}") as file:
            mask = file.read()
    return marked_pixels(height, width, mask, defect.polygon, defect.box)

"""Recall of drawn defects at a stated number of false regions an image, from the maps of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy import ndimage

from kenpin_training.pipeline.regions import TOUCHING, HeatMap

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the picture"""
RANKS: Final = 60
"""Thresholds that are tried."""
HALVINGS: Final = 12
"""Steps between the last that has few enough and the first that has not"""


class MappedPicture(Struct, frozen=True):
    """The map of a picture, and the boxes of its defects."""

    heat: HeatMap
    size: tuple[int, int]
    """Width and height in pixels"""
    boxes: tuple[Box, ...]

    def places(self, box: Box) -> tuple[slice[int, int, None], slice[int, int, None]]:
        """Return the rows and columns of the map that a box touches, and one more on each side."""
        (x, y, wide, tall), (rows, columns) = box, self.heat.shape
        across, down = columns / self.size[0], rows / self.size[1]
        return (
            slice(max(int(y * down) - 1, 0), int(np.ceil((y + tall) * down)) + 1),
            slice(max(int(x * across) - 1, 0), int(np.ceil((x + wide) * across)) + 1),
        )

    def at_defects(self) -> NDArray[np.bool_]:
        near = np.zeros(self.heat.shape, bool)
        for box in self.boxes:
            near[self.places(box)] = True
        return near

    def false_regions(self, threshold: float) -> int:
        """Return the number of regions at or above the threshold that touch no defect."""
        found, count = ndimage.label(self.heat >= threshold, TOUCHING)
        touched = np.unique(found[self.at_defects()])
        return int(count) - int((touched > 0).sum())

    def found(self, threshold: float) -> list[bool]:
        """Return for each defect whether the map is high at it or one place beside it."""
        return [bool((self.heat[self.places(box)] >= threshold).any()) for box in self.boxes]


def threshold_at(pictures: Sequence[MappedPicture], false_per_image: float) -> float:
    """Return the lowest threshold down to which there are at most so many false regions an image.

    Thresholds are tried from the highest score beside defects downwards: far below, regions grow together and
    would be few again.
    """
    allowed = false_per_image * len(pictures)
    lowest, beyond = np.inf, -np.inf
    for threshold in _candidates(pictures):
        if _false(pictures, threshold) > allowed:
            beyond = threshold
            break
        lowest = threshold
    for _ in range(HALVINGS if np.isfinite(beyond) else 0):
        middle = (lowest + beyond) / 2
        lowest, beyond = (middle, beyond) if _false(pictures, middle) <= allowed else (lowest, middle)
    return float(lowest)


def _false(pictures: Sequence[MappedPicture], threshold: float) -> int:
    return sum(each.false_regions(threshold) for each in pictures)


def _candidates(pictures: Sequence[MappedPicture]) -> Iterator[float]:
    beside = np.concatenate([each.heat[~each.at_defects()] for each in pictures])
    ranks = np.unique(np.geomspace(1, beside.size, RANKS).astype(int))
    ordered = np.sort(beside)[::-1]
    yield float(np.nextafter(ordered[0], np.float32(np.inf)))
    yield from np.unique(ordered[ranks - 1])[::-1].tolist()

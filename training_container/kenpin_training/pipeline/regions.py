"""Regions: connected places of a map at or above a threshold, measured in pixels of the original picture."""

from io import BytesIO
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

HeatMap = NDArray[np.float32]
"""rows × columns of scores 0..1; high is NG"""
AT_LEAST: Final = 0.5
"""Score of a place from which on it is part of a region: more likely defect than not. The threshold of images is
another: it weighs what mistakes cost, and the score of an image is that of its highest places."""
TOUCHING: Final = np.ones((3, 3), bool)
"""Places that touch at a corner are of one region."""


class Region(Struct, frozen=True):
    """A part of a picture that the model judges NG, in pixels of the original."""

    box: tuple[float, float, float, float]
    """x, y, width, height"""
    area: float
    """Square pixels"""
    length: float
    """The diagonal of the box: the extent of a scratch"""
    score: float
    """The highest inside"""
    class_id: str | None = None


def regions_of(heat: HeatMap, width: int, height: int, threshold: float = AT_LEAST) -> list[Region]:
    """Return the regions of a map that covers a picture of width × height pixels, the highest score first."""
    labels, count = ndimage.label(heat >= threshold, TOUCHING)
    across, down = width / heat.shape[1], height / heat.shape[0]
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        inside = labels[rows, columns] == number
        box = (
            columns.start * across,
            rows.start * down,
            (columns.stop - columns.start) * across,
            (rows.stop - rows.start) * down,
        )
        score = float(heat[rows, columns][inside].max())
        area = float(areas[number]) * across * down
        found.append(Region(box, area, float(np.hypot(box[2], box[3])), score))
    return sorted(found, key=lambda region: -region.score)


def png_of(heat: HeatMap) -> bytes:
    """Return a map as grey PNG of 8 bits: some kilobytes."""
    body = BytesIO()
    Image.fromarray(np.round(np.clip(heat, 0, 1) * 255).astype(np.uint8)).save(body, "PNG")
    return body.getvalue()

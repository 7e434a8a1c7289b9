"""Regions: connected places of a map at or above a threshold, measured in pixels of the original picture."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

HeatMap = NDArray[np.float32]
"""rows × columns of scores 0..1; high is NG"""
ClassMap = NDArray[np.uint8]
"""rows × columns: the likeliest defect class of each place, as its place in the model's classes"""
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


class DefectMap(Struct, frozen=True):
    """The map of an image; `classes` is None where the model tells no classes apart."""

    heat: HeatMap
    """0 at places that do not count"""
    classes: ClassMap | None = None
    inside: NDArray[np.bool_] | None = None
    """The places that count, by the region of interest; None: all"""


def regions_of(
    found: DefectMap, width: int, height: int, names: Sequence[str] = (), threshold: float = AT_LEAST
) -> list[Region]:
    """Return the regions of a map that covers a picture of width × height pixels, the highest score first.

    `names`: the model's classes; a region is of the class that most of its places are of.
    """
    heat = found.heat
    labels, count = ndimage.label(heat >= threshold, TOUCHING)
    across, down = width / heat.shape[1], height / heat.shape[0]
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    regions = []
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
        class_id = None
        if found.classes is not None:
            class_id = names[int(np.bincount(found.classes[rows, columns][inside]).argmax())]
        regions.append(Region(box, area, float(np.hypot(box[2], box[3])), score, class_id or None))
    return sorted(regions, key=lambda region: -region.score)


def png_of(heat: HeatMap) -> bytes:
    """Return a map as grey PNG of 8 bits: some kilobytes."""
    body = BytesIO()
    Image.fromarray(np.round(np.clip(heat, 0, 1) * 255).astype(np.uint8)).save(body, "PNG")
    return body.getvalue()


def map_columns(
    found: DefectMap | None, size: tuple[int, int], names: Sequence[str]
) -> tuple[bytes | None, list[Region]]:
    """Return the map of an image as PNG and its regions; none where there is no map.

    `size`: width and height of the picture. `names`: the model's classes.
    """
    if found is None:
        return None, []
    return png_of(found.heat), regions_of(found, *size, names)

"""Marked pixels: the places of a defect, by a stored mask, a polygon or a box."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.pictures.outline import Outline, sides

Marked = NDArray[np.bool_]
"""height × width, True is defect"""


def marked_pixels(
    height: int,
    width: int,
    mask: bytes | None = None,
    polygon: Outline | None = None,
    box: tuple[float, float, float, float] | None = None,
) -> Marked:
    """Return the pixels of a defect by its mask (PNG), else its polygon, else its box; none without a place."""
    if mask is not None:
        with Image.open(BytesIO(mask)) as stored:
            return np.array(np.asarray(stored.convert("L")) > 0)
    if polygon:
        return _filled(height, width, polygon)
    if box:
        x, y, wide, tall = box
        return _filled(height, width, ((x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall)))
    return np.zeros((height, width), np.bool_)


def _filled(height: int, width: int, polygon: Outline) -> Marked:
    """Return the pixels whose centres lie inside. Each side turns what lies right of it inside out."""
    turned = np.zeros((height, width + 1), np.bool_)
    centres = np.arange(height) + 0.5
    for (ax, ay), (bx, by) in sides(polygon):
        rows = np.flatnonzero((centres >= min(ay, by)) & (centres < max(ay, by)))
        if len(rows):
            x = ax + (centres[rows] - ay) * (bx - ax) / (by - ay)
            turned[rows, np.clip(np.ceil(x - 0.5), 0, width).astype(int)] ^= True
    return np.logical_xor.accumulate(turned, axis=1)[:, :-1]

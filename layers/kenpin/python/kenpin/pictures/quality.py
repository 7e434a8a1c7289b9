"""Quality of a picture: sharpness, brightness and the share of pixels without tone, measured on its thumbnail."""

from typing import Final

import numpy as np
from msgspec import Struct
from PIL import Image

BLACK: Final = 2
WHITE: Final = 253
"""Grey levels up to, and from, which a pixel has lost its tone"""


class PictureQuality(Struct, frozen=True):
    """Figures of one picture. They compare pictures of one camera; alone they say little."""

    sharpness: float
    """Variance of the Laplacian (Pech-Pacheco 2000)"""
    brightness: float
    """Mean grey level, 0..255"""
    clipped: float
    """Share of pixels without tone"""


def quality_of(picture: Image.Image) -> PictureQuality:
    grey = np.asarray(picture.convert("L"), dtype=np.float64)
    inner = np.pad(grey, 1, mode="edge")
    laplacian = inner[:-2, 1:-1] + inner[2:, 1:-1] + inner[1:-1, :-2] + inner[1:-1, 2:] - 4 * grey
    clipped = float(((grey <= BLACK) | (grey >= WHITE)).mean())
    return PictureQuality(float(laplacian.var()), float(grey.mean()), clipped)

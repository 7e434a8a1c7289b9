"""Images as input: from a stored file to the square of pixels of a network."""

from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.pictures.decode import read_levels
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.window import Window

Pixels = NDArray[np.uint8]
"""size × size × 3, RGB"""
DECODER: Final = 2
"""Changes when the same file may give other pixels: features that were kept for it are made again."""


class UnreadableImage(Exception):
    """The bytes of an image do not decode."""

    def __init__(self, image_id: str, why: str) -> None:
        super().__init__(f"image {image_id} cannot be read ({why}); exclude it from the dataset")
        self.image_id = image_id


def decode(image_id: str, file: BinaryIO, size: int, limits: Limits, window: Window | None = None) -> Pixels:
    """Return size × size × 3 pixels: upright, RGB, the whole frame resized, so that no edge is cut off.

    `window`: of deep grey; None: percentiles of the picture itself.

    Raises UnreadableImage.
    """
    try:
        levels = read_levels(file, window, limits, at_least=(2 * size, 2 * size))
    except UnreadablePicture as reason:
        raise UnreadableImage(image_id, str(reason)) from reason
    image = Image.fromarray(levels).convert("RGB")
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))

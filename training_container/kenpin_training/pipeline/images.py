"""Images as input: from a stored file to the square of pixels of a network."""

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from kenpin.pictures.deep_grey import is_deep_grey, to_bytes
from kenpin.pictures.window import Window

Pixels = NDArray[np.uint8]
"""size × size × 3, RGB"""


class UnreadableImage(Exception):
    """The bytes of an image do not decode."""

    def __init__(self, image_id: str, why: str) -> None:
        super().__init__(f"image {image_id} cannot be read ({why}); exclude it from the dataset")
        self.image_id = image_id


def decode(image_id: str, file: BinaryIO, size: int, window: Window | None = None) -> Pixels:
    """Return size × size × 3 pixels: upright, RGB, the whole frame resized, so that no edge is cut off.

    `window`: of deep grey; None: percentiles of the picture itself.

    Raises UnreadableImage.
    """
    try:
        with Image.open(file) as image:
            image.draft("RGB", (2 * size, 2 * size))
            shown = to_bytes(image, window) if is_deep_grey(image) else image
            upright = ImageOps.exif_transpose(shown).convert("RGB")
            return np.asarray(upright.resize((size, size), Image.Resampling.BILINEAR))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableImage(image_id, str(error)) from error

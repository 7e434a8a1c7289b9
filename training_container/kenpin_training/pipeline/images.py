"""Images as input: from a stored file to the square of pixels of a network."""

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.uint8]
"""size × size × 3, RGB"""


class UnreadableImage(Exception):
    """The bytes of an image do not decode."""

    def __init__(self, image_id: str, why: str) -> None:
        super().__init__(f"image {image_id} cannot be read ({why}); exclude it from the dataset")
        self.image_id = image_id


def decode(image_id: str, file: BinaryIO, size: int) -> Pixels:
    """Return size × size × 3 pixels: upright, RGB, the whole frame resized, so that no edge is cut off.

    Raises UnreadableImage.
    """
    try:
        with Image.open(file) as image:
            image.draft("RGB", (2 * size, 2 * size))
            upright = ImageOps.exif_transpose(_in_bytes(image)).convert("RGB")
            return np.asarray(upright.resize((size, size), Image.Resampling.BILINEAR))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableImage(image_id, str(error)) from error


def _in_bytes(image: Image.Image) -> Image.Image:
    """Convert 16-bit grey levels to their upper 8 bits; Pillow would clip them."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))

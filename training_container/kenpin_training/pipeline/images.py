"""Images as input: from a stored file to the square of pixels of a network."""

from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.pictures.decode import read_levels
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.window import Window
from kenpin_training.pipeline.region_mask import cropped, sides_for
from kenpin_training.pipeline.tiles import TilePlan

Pixels = NDArray[np.uint8]
"""height × width × 3, RGB"""
DECODER: Final = 2
"""Changes when the same file may give other pixels: features that were kept for it are made again."""


class UnreadableImage(Exception):
    """The bytes of an image do not decode."""

    def __init__(self, image_id: str, why: str) -> None:
        super().__init__(f"image {image_id} cannot be read ({why}); exclude it from the dataset")
        self.image_id = image_id


def decode(
    image_id: str,
    file: BinaryIO,
    size: int,
    limits: Limits,
    window: Window | None = None,
    region: RegionOfInterest | None = None,
) -> Pixels:
    """Return size × size × 3 pixels: upright, RGB, the whole frame resized, so that no edge is cut off.

    `window`: of deep grey; None: percentiles of the picture itself. `region`: the picture is cropped to it.

    Raises UnreadableImage.
    """
    image = decode_image(image_id, file, limits, window, sides_for(region, 2 * size))
    return np.asarray(cropped(image, region).resize((size, size), Image.Resampling.BILINEAR))


def decode_scaled(
    image_id: str,
    file: BinaryIO,
    plan: TilePlan,
    limits: Limits,
    window: Window | None = None,
    region: RegionOfInterest | None = None,
) -> Pixels:
    """Return height × width × 3 pixels in the scale of the plan, with the aspect of the picture or its region's box.

    `region`: the picture is cropped to it. Raises UnreadableImage.
    """
    enough = sides_for(region, plan.long_side) if plan.long_side else None
    image = cropped(decode_image(image_id, file, limits, window, enough), region)
    return np.asarray(image.resize(plan.scaled(*image.size), Image.Resampling.BOX))


def decode_image(
    image_id: str, file: BinaryIO, limits: Limits, window: Window | None, at_least: tuple[int, int] | None
) -> Image.Image:
    """Return the picture in RGB, upright. Raises UnreadableImage.

    `at_least`: width and height that are enough, where a smaller picture is cheaper to make.
    """
    try:
        levels = read_levels(file, window, limits, at_least=at_least)
    except UnreadablePicture as reason:
        raise UnreadableImage(image_id, str(reason)) from reason
    return Image.fromarray(levels).convert("RGB")

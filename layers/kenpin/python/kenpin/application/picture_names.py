"""Names of what is made from a picture: they hold its digest and, for deep grey, the window it is seen through."""

import re
from typing import Final

from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.ids import ImageId
from kenpin.pictures.window import Window

DEEP_GREY_TYPES: Final = frozenset(
    {"image/png", "image/tiff", "image/jpeg", "image/jp2", "image/x-portable-anymap"}
)
"""Media types that can hold deep grey."""
RENDITIONS: Final = "renditions/"
VALUES: Final = ".npy.gz"
"""The end of the names of values."""
MADE: Final = re.compile(r"(?:\w+/)?([0-9a-f]{64})(?:\.w([0-9.e-]+)_([0-9.e-]+))?(?:\.(?:webp|png|npy\.gz))?")


def thumbnail_name(image_id: ImageId, window: Window | GreyWindow | None = None) -> str:
    """Return `thumbnails/<digest>.webp`, or `thumbnails/<digest>.w<low>_<high>.webp`."""
    return f"thumbnails/{image_id}{_suffix(window)}.webp"


def rendition_name(image_id: ImageId, window: Window | GreyWindow | None = None) -> str:
    """Return `renditions/<digest>.png`, or `renditions/<digest>.w<low>_<high>.png`."""
    return f"{RENDITIONS}{image_id}{_suffix(window)}.png"


def values_name(image_id: ImageId) -> str:
    """Return `renditions/<digest>.npy.gz`."""
    return f"{RENDITIONS}{image_id}{VALUES}"


def picture_and_window(name: str) -> tuple[ImageId, Window | None]:
    """Return the image and the window that the name of a picture, or of what is made from it, holds."""
    parts = MADE.fullmatch(name)
    if parts is None:
        return name.rpartition("/")[2], None
    image_id, low, high = parts.groups()
    return image_id, None if low is None else Window(float(low), float(high))


def _suffix(window: Window | GreyWindow | None) -> str:
    if window is None:
        return ""
    return f".w{float(window.low)!r}_{float(window.high)!r}".replace("+", "")

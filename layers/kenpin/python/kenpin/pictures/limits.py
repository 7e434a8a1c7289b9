"""The limits of pictures, and the error of a picture that cannot be read."""

import math
from typing import Final

from msgspec import Struct

MAX_PIXELS: Final = 300_000_000
"""Takes a line scan of 200 megapixels."""
MAX_BYTES: Final = 1024 * 1024 * 1024
"""Takes 200 megapixels in 16 bits, or in three colours, uncompressed."""
BYTES_PER_PIXEL: Final = 8
"""Decoded pictures may need so many bytes for each pixel of the limit."""


class UnreadablePicture(Exception):
    """The bytes are no picture that can be read. The message is the reason, in plain words."""


class Limits(Struct, frozen=True):
    """The largest picture that is decoded: pixels, and bytes of its file."""

    pixels: int = MAX_PIXELS
    bytes: int = MAX_BYTES

    def check_size(self, width: int, height: int, bytes_per_pixel: int = 1) -> None:
        """Raises UnreadablePicture when the picture has no pixels, too many, or pixels that take too much memory."""
        if width < 1 or height < 1:
            raise UnreadablePicture(f"it has no pixels ({width}×{height})")
        weight = math.ceil(bytes_per_pixel / BYTES_PER_PIXEL)
        if width * height * weight > self.pixels:
            heavy = f", of {bytes_per_pixel} bytes each" if weight > 1 else ""
            raise UnreadablePicture(
                f"it has {width}×{height} pixels{heavy}; the limit is {self.pixels:,}"
                " (setting KENPIN_MAX_PICTURE_PIXELS)"
            )

    def check_bytes(self, size: int) -> None:
        """Raises UnreadablePicture when the file is empty or too large."""
        if not size:
            raise UnreadablePicture("the file is empty")
        if size > self.bytes:
            raise UnreadablePicture(
                f"it has {size:,} bytes; the limit is {self.bytes:,} (setting KENPIN_MAX_PICTURE_BYTES)"
            )

"""Writes the pixels of a defect as PNG, one bit a pixel, 1 is defect."""

from io import BytesIO

from PIL import Image

from kenpin.pictures.marks import Marked


def bit_png(pixels: Marked) -> bytes:
    """Return the PNG; it is not made as small as can be, which takes up to ten times as long."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()

"""Turns one colour of a colour-coded mask into the mask Kenpin stores: PNG, one bit a pixel, 1 is defect."""

from io import BytesIO

import numpy as np
from PIL import Image

from host.importers.entry import DefectShape

TOLERANCE = 24
"""Largest distance of a channel from the colour named in the manifest: masks are often smoothed or saved again."""


def png_of(shape: DefectShape) -> bytes | None:
    """The PNG of a mark with a mask; None where its colour is nowhere in the picture."""
    if shape.mask is None:
        return None
    with Image.open(shape.mask) as image:
        pixels = np.asarray(image.convert("RGBA")).astype(np.int16)
    opaque = pixels[..., 3] >= 128
    if shape.colour is None:
        defect = opaque & (pixels[..., :3].max(axis=2) > 0)
    else:
        matches = np.abs(pixels[..., :3] - np.array(shape.colour)).max(axis=2) <= TOLERANCE
        defect = opaque & matches
    return _png(defect) if defect.any() else None


def _png(defect: np.typing.NDArray[np.bool_]) -> bytes:
    out = BytesIO()
    Image.fromarray(defect).save(out, "PNG", optimize=True)
    return out.getvalue()

"""Turns one colour of a colour-coded mask into the mask Kenpin stores: PNG, one bit a pixel, 1 is defect."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.importing.entry import MaskFile, MaskRuns
from kenpin.importing.tree import Tree

Marked = NDArray[np.bool_]
"""height × width, True is defect"""
TOLERANCE = 24
"""Largest distance of a channel from the colour named in the manifest: masks are often smoothed or saved again."""


def png_of(tree: Tree, mask: MaskFile | MaskRuns) -> bytes | None:
    """Return the mask as PNG; None where nothing is marked."""
    defect = _of_runs(mask) if isinstance(mask, MaskRuns) else _of_file(tree, mask)
    return _png(defect) if defect.any() else None


def _of_runs(mask: MaskRuns) -> Marked:
    values = np.arange(len(mask.counts)) % 2 == 1
    return np.repeat(values, mask.counts).reshape((mask.height, mask.width), order="F")


def _of_file(tree: Tree, mask: MaskFile) -> Marked:
    with tree.open(mask.path) as file, Image.open(file) as image:
        if mask.index is not None:
            return np.array(np.asarray(image) == mask.index)
        pixels = np.asarray(image.convert("RGBA")).astype(np.int16)
    colours, opaque = pixels[..., :3], pixels[..., 3] >= 128
    if mask.colour is None:
        return np.array(opaque & (colours.max(axis=2) > 0))
    return np.array(opaque & (np.abs(colours - np.array(mask.colour)).max(axis=2) <= TOLERANCE))


def _png(defect: Marked) -> bytes:
    out = BytesIO()
    Image.fromarray(defect).save(out, "PNG", optimize=True)
    return out.getvalue()

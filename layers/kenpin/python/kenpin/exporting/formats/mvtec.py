"""Writes the folders of MVTec AD: good images to learn from, and good and bad ones with masks to test by."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from kenpin.exporting.exported import Export, ExportedImage, Piece
from kenpin.exporting.masks import marked
from kenpin.pictures.bit_png import bit_png

SEVERAL: Final = "combined"
UNNAMED: Final = "anomaly"
FORBIDDEN: Final = str.maketrans({each: "_" for each in '\\/:*?"<>|\0'})


def write(export: Export) -> Iterator[Piece]:
    """`train/good/`, `validation/good/`, `test/good/`, `test/<class>/` and `ground_truth/<class>/<image>_mask.png`."""
    for image in export.images:
        if image.verdict == "OK":
            yield f"{image.split or 'train'}/good/{image.name}", image
        if image.verdict == "NG":
            kind = _kind(image)
            yield f"test/{kind}/{image.name}", image
            if (mask := _mask(image)) is not None:
                yield f"ground_truth/{kind}/{image.stem}_mask.png", mask


def _kind(image: ExportedImage) -> str:
    """Return the folder of a bad image: its class, or `combined` for several."""
    classes = {defect.class_name for defect in image.defects}
    if len(classes) > 1:
        return SEVERAL
    name = next(iter(classes), UNNAMED).translate(FORBIDDEN).strip(". ")
    return UNNAMED if name in ("", "good") else name


def _mask(image: ExportedImage) -> bytes | None:
    """Return the mask of all defects together; None where none has a place."""
    masks = [marked(image, defect) for defect in image.defects]
    together = np.logical_or.reduce(masks) if masks else np.zeros((1, 1), np.bool_)
    return bit_png(together) if together.any() else None

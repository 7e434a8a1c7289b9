"""Writes labelme: a JSON file beside each judged image; the verdict is a flag."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Piece
from kenpin.exporting.layout import folder_of, json_bytes
from kenpin.exporting.masks import box_of, marked
from kenpin.pictures.bit_png import bit_png

VERSION: Final = "5.5.0"


def write(export: Export) -> Iterator[Piece]:
    """A folder per split, with `<image>` and `<image>.json`."""
    for image in export.images:
        folder = folder_of(image)
        yield f"{folder}/{image.name}", image
        if image.verdict:
            yield f"{folder}/{image.stem}.json", json_bytes(_document(image)) + b"\n"


def _document(image: ExportedImage) -> dict[str, object]:
    shapes = (_shape(image, defect) for defect in image.defects)
    return {
        "version": VERSION,
        "flags": {image.verdict: True},
        "shapes": [shape for shape in shapes if shape],
        "imagePath": image.name,
        "imageData": None,
        "imageHeight": image.height,
        "imageWidth": image.width,
    }


def _shape(image: ExportedImage, defect: ExportedDefect) -> dict[str, object] | None:
    common: dict[str, object] = {
        "label": defect.class_name,
        "group_id": None,
        "description": "",
        "flags": {},
    }
    if defect.mask:
        return common | _mask(image, defect)
    if defect.polygon:
        return common | {"shape_type": "polygon", "points": defect.polygon, "mask": None}
    if defect.box:
        x, y, width, height = defect.box
        corners = ((x, y), (x + width, y + height))
        return common | {"shape_type": "rectangle", "points": corners, "mask": None}
    return None


def _mask(image: ExportedImage, defect: ExportedDefect) -> dict[str, object]:
    """Return the mask of the box around it; labelme counts the last pixel in."""
    pixels = marked(image, defect)
    left, top, width, height = map(int, box_of(pixels) or (0, 0, 1, 1))
    part = bit_png(pixels[top : top + height, left : left + width])
    corners = ((left, top), (left + width - 1, top + height - 1))
    return {"shape_type": "mask", "points": corners, "mask": b64encode(part).decode()}

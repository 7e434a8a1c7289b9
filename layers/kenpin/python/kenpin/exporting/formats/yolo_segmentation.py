"""Writes YOLO segmentation: a text file per image with the class and the relative outline of each defect."""

from collections.abc import Iterator

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Piece
from kenpin.exporting.formats.yolo import write_labels
from kenpin.exporting.masks import marked, outlines_of
from kenpin.pictures.outline import Outline


def write(export: Export) -> Iterator[Piece]:
    """`data.yaml`, `images/<split>/` and `labels/<split>/`. A mask of several parts becomes several defects."""
    return write_labels(export, _relative)


def _relative(image: ExportedImage, defect: ExportedDefect) -> list[list[float]]:
    return [
        [share for x, y in outline for share in (x / image.width, y / image.height)]
        for outline in _outlines(image, defect)
    ]


def _outlines(image: ExportedImage, defect: ExportedDefect) -> list[Outline]:
    if defect.mask:
        return outlines_of(marked(image, defect))
    if defect.polygon:
        return [defect.polygon]
    if defect.box:
        x, y, width, height = defect.box
        return [((x, y), (x + width, y), (x + width, y + height), (x, y + height))]
    return []

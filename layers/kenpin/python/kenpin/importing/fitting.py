"""Fits the defects of an entry into its picture: shapes in pixels, cut off at the edge, and masks as PNG."""

from msgspec import Struct

from kenpin.importing.entry import DefectShape, SourceEntry
from kenpin.importing.json_values import Point
from kenpin.importing.mask import check_mask_size, png_of
from kenpin.importing.shapes import clipped, in_pixels, is_cut_off
from kenpin.importing.tree import OpenFiles


class FittedDefect(Struct, frozen=True):
    """One defect in pixels of its picture."""

    class_name: str
    box: tuple[float, float, float, float] | None
    polygon: tuple[Point, ...] | None
    mask: bytes | None
    """PNG of the picture's size, one bit a pixel, 1 is defect"""


class FittedDefects(Struct, frozen=True):
    """The defects of one entry. `is_clipped`: a shape went beyond the picture and was cut off there."""

    defects: tuple[FittedDefect, ...]
    is_clipped: bool


def fitted(entry: SourceEntry, files: OpenFiles, size: tuple[int, int]) -> FittedDefects:
    """Fit the defects into a picture of this width and height. A mask that marks nothing is left out.

    `files` has the masks that are files. Raises InvalidItem.
    """
    given = [in_pixels(shape, *size) for shape in entry.defects]
    shapes = [clipped(shape, *size) for shape in given]
    defects = tuple(defect for shape in shapes if (defect := _fitted(shape, files, size)))
    return FittedDefects(defects, is_clipped=any(map(is_cut_off, given, shapes)))


def check_fit(entry: SourceEntry, files: OpenFiles, size: tuple[int, int]) -> None:
    """Check that the defects fit into a picture of this width and height, by the sizes of masks alone.

    Raises InvalidItem.
    """
    for shape in entry.defects:
        clipped(in_pixels(shape, *size), *size)
        if shape.mask:
            check_mask_size(files, shape.mask, size)


def _fitted(shape: DefectShape, files: OpenFiles, size: tuple[int, int]) -> FittedDefect | None:
    mask = png_of(files, shape.mask, size) if shape.mask else None
    if shape.mask and mask is None:
        return None
    return FittedDefect(shape.class_name, shape.box, shape.polygon, mask)

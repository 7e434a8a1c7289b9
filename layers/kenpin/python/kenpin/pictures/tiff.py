"""TIFF and BigTIFF, of which page 1 is the picture: read by tifffile, and kinds that it leaves out by Pillow."""

import logging
from io import SEEK_END
from typing import BinaryIO, Final

import numpy as np
from PIL import Image
from tifffile import TiffFile, TiffPage

from kenpin.pictures.levels import Values, levels_of, window_of
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.samples import (
    MOST_COLOURS,
    PictureInfo,
    Samples,
    filled,
    of_cmyk,
    over_white,
    upright,
    upright_size,
)

MEDIA_TYPE: Final = "image/tiff"
SIGNATURES: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
ORIENTATION, PROFILE = 274, 34675
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INKS, YCBCR, CFA = 0, 1, 2, 3, 5, 6, 32803
JPEG: Final = 7
OURS: Final = frozenset({WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INKS, CFA})
ALPHA: Final = (1, 2)
"""Kinds of an extra sample"""
NAME: Final = "picture.tif"
"""tifffile asks a file for its name, and a temporary one has none."""
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # its reports of damage are in the reason


def read_tiff_info(file: BinaryIO, limits: Limits) -> PictureInfo:
    with TiffFile(file, name=NAME) as tiff:
        page = _page(tiff, limits)
        width, height = upright_size(page.imagewidth, page.imagelength, _orientation(page))
        return PictureInfo(width, height, MEDIA_TYPE, max(_bits(page), 8), len(tiff.pages), True)


def read_tiff(file: BinaryIO, limits: Limits) -> Samples:
    with TiffFile(file, name=NAME) as tiff:
        page = _page(tiff, limits)
        _check_whole(file, page)
        orientation, profile = _orientation(page), _profile(page)
        is_jpeg = page.photometric == YCBCR and page.compression == JPEG
        if page.photometric not in OURS and not is_jpeg:
            return _by_pillow(file)
        bits, values = _bits(page), _planes(page)
        if page.photometric == INKS and values.shape[2] >= 4:
            inks = values[..., :4]
            levels = filled(inks, bits) if bits <= 8 else levels_of(inks, window_of(inks, bits))
            return Samples(upright(of_cmyk(levels.astype(np.uint8), profile), orientation), 8)
        values = upright(_grey_or_colour(page, values, bits), orientation)
    return Samples(values, max(bits, 8), profile if values.ndim == 3 else b"")


def check_strips(file: BinaryIO, limits: Limits) -> None:
    """Raises UnreadablePicture when pixels of the first page are not in the file."""
    with TiffFile(file, name=NAME) as tiff:
        _check_whole(file, _page(tiff, limits))


def _page(tiff: TiffFile, limits: Limits) -> TiffPage:
    page = tiff.pages.first
    if page.dtype is None or page.dtype.kind not in "buif":
        raise UnreadablePicture("its values are of a kind that is no picture")
    weight = page.samplesperpixel * page.dtype.itemsize
    limits.check_size(page.imagewidth, page.imagelength, weight)
    limits.check_size(max(page.imagewidth, page.tilewidth), max(page.imagelength, page.tilelength), weight)
    return page


def _check_whole(file: BinaryIO, page: TiffPage) -> None:
    """Tifffile fills strips that are not there with zeros."""
    size = file.seek(0, SEEK_END)
    ends = [at + count for at, count in zip(page.dataoffsets, page.databytecounts, strict=True)]
    if not ends or 0 in page.databytecounts or max(ends) > size:
        raise UnreadablePicture("the file ends too early, or its strips are damaged")


def _orientation(page: TiffPage) -> int:
    tag = page.tags.get(ORIENTATION)
    value = tag.value if tag else 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _profile(page: TiffPage) -> bytes:
    tag = page.tags.get(PROFILE)
    return bytes(tag.value) if tag else b""


def _bits(page: TiffPage) -> int:
    return page.bitspersample


def _planes(page: TiffPage) -> Values:
    """Return height × width × samples."""
    values = page.asarray(squeeze=False, maxworkers=1)[:, 0]
    if values.dtype == bool:
        values = values.astype(np.uint8)
    return np.moveaxis(values[..., 0], 0, -1) if len(values) > 1 else values[0]


def _grey_or_colour(page: TiffPage, planes: Values, bits: int) -> Values:
    """A picture in bands that are no colours is seen by its first band."""
    if page.photometric == PALETTE:
        return _in_palette(page, planes[..., 0])
    colours = MOST_COLOURS if page.photometric in (RGB, YCBCR) and planes.shape[2] >= MOST_COLOURS else 1
    values = filled(planes[..., 0] if colours == 1 else planes[..., :colours], bits)
    if page.photometric == WHITE_IS_ZERO:
        values = _inverted(values, bits)
    if any(kind in ALPHA for kind in page.extrasamples[:1]) and planes.shape[2] == colours + 1:
        return over_white(values, filled(planes[..., colours], bits))
    return values


def _inverted(values: Values, bits: int) -> Values:
    """Return values whose largest is white. Those of signed numbers and floats change their sign."""
    if values.dtype.kind != "u":
        return np.negative(values)
    most = values.dtype.type(2 ** max(bits, 8) - 1)
    return np.subtract(most, values)


def _in_palette(page: TiffPage, indices: Values) -> Values:
    """The colours of a palette have 16 bits; some writers fill 8."""
    if page.colormap is None or indices.dtype.kind != "u":
        raise UnreadablePicture("its palette is missing")
    colours = page.colormap.T
    levels = (colours >> 8 if colours.max() > 255 else colours).astype(np.uint8)
    return np.take(levels, indices.astype(np.uint16), axis=0)


def _by_pillow(file: BinaryIO) -> Samples:
    """Pillow brings a TIFF upright itself."""
    file.seek(0)
    with Image.open(file, formats=["TIFF"]) as image:
        return Samples(np.asarray(image.convert("RGB")), 8)

"""The pictures that Pillow reads: JPEG, WebP, BMP, GIF, PPM, AVIF and JPEG 2000."""

from typing import BinaryIO, Final, cast

import numpy as np
from PIL import Image

from kenpin.pictures.levels import Levels, Values
from kenpin.pictures.limits import Limits
from kenpin.pictures.png import orientation_of
from kenpin.pictures.samples import (
    MaskPicture,
    PictureInfo,
    Samples,
    of_cmyk,
    over_white,
    upright,
    upright_size,
)

FORMATS: Final = ("JPEG", "WEBP", "BMP", "DIB", "GIF", "PPM", "AVIF", "JPEG2000")
MEDIA_TYPES: Final = {"MPO": "image/jpeg", "DIB": "image/bmp", "PPM": "image/x-portable-anymap"}
"""Media types of formats that Pillow names otherwise, or by their mode."""
IN_BROWSERS: Final = {"JPEG": ("L", "RGB"), "MPO": ("L", "RGB"), "WEBP": ("RGB",)}
"""Format → modes that browsers show."""
JPEGS: Final = ("JPEG", "MPO")
Image.MAX_IMAGE_PIXELS = None  # Limits decides
Size = tuple[int, int]


def read_other_info(file: BinaryIO, limits: Limits) -> PictureInfo:
    with Image.open(file, formats=FORMATS) as image:
        limits.check_size(*image.size, _bytes_per_pixel(image))
        orientation, format = _orientation(image), image.format or ""
        width, height = upright_size(*image.size, orientation)
        pages = 1 if format in JPEGS else getattr(image, "n_frames", 1)
        media_type = MEDIA_TYPES.get(format) or image.get_format_mimetype() or "image/unknown"
        shown = image.mode in IN_BROWSERS.get(format, ()) and pages == 1
        needs = not shown or (orientation != 1 and format not in JPEGS)
        return PictureInfo(width, height, media_type, _bits(image), pages, needs)


def read_other(file: BinaryIO, limits: Limits, at_least: Size | None) -> Samples:
    """Read a picture; a JPEG may come out smaller, but not below `at_least` where that is given."""
    with Image.open(file, formats=FORMATS) as image:
        limits.check_size(*image.size, _bytes_per_pixel(image))
        orientation, bits = _orientation(image), _bits(image)
        profile = image.info.get("icc_profile") or b""
        if at_least and image.format in JPEGS and image.mode in ("L", "RGB"):
            image.draft(image.mode, at_least)
        values = upright(_values(image, profile), orientation)
    return Samples(values, bits, profile if values.ndim == 3 and image.mode == "RGB" else b"")


def read_stored_mask(file: BinaryIO) -> MaskPicture:
    """Read a mask of any format. Pillow brings a TIFF upright itself."""
    with Image.open(file, formats=(*FORMATS, "PNG", "TIFF")) as image:
        orientation = 1 if image.format == "TIFF" else _orientation(image)
        values = upright(np.asarray(image), orientation)
        if image.mode == "F" or image.mode.startswith("I"):
            grey = np.where(values > 0, np.uint8(255), np.uint8(0))
            indices = np.nan_to_num(values).astype(np.int64)
            return MaskPicture(grey[..., None].repeat(3, axis=2), np.ones(grey.shape, bool), indices)
        rgba = cast(Levels, upright(np.asarray(image.convert("RGBA")), orientation))
    return MaskPicture(
        rgba[..., :3], rgba[..., 3] >= 128, values.astype(np.int64) if values.ndim == 2 else None
    )


def _values(image: Image.Image, profile: bytes) -> Values:
    if image.mode == "CMYK":
        return of_cmyk(np.asarray(image), profile)
    if image.mode in ("P", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA"):
        values = np.asarray(image)
        colours = values[..., :-1] if image.mode == "RGBA" else values[..., 0]
        return over_white(colours, values[..., -1])
    if image.mode in ("L", "RGB", "F") or image.mode.startswith("I"):
        return np.asarray(image)
    return np.asarray(image.convert("L" if image.mode == "1" else "RGB"))


def _orientation(image: Image.Image) -> int:
    return orientation_of(image.info.get("exif", b""))


def _bits(image: Image.Image) -> int:
    if image.mode in ("I", "F"):
        return 32
    return 16 if image.mode.startswith("I;16") else 8


def _bytes_per_pixel(image: Image.Image) -> int:
    return len(image.getbands()) * _bits(image) // 8

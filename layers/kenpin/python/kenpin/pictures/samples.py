"""Samples: the values of a picture as a decoder gives them, brought upright and to grey or RGB."""

from io import BytesIO
from typing import Final, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image, ImageCms

from kenpin.pictures.levels import Levels, Values

UPSIDE_DOWN: Final = (3, 4, 6, 7)
MIRRORED: Final = (2, 3, 7, 8)
LYING: Final = (5, 6, 7, 8)
"""EXIF orientations whose rows, columns or both are in another order"""
MOST_COLOURS: Final = 3
SRGB: Final = ImageCms.createProfile("sRGB")


class PictureInfo(Struct, frozen=True):
    """A picture as its file tells of it, upright."""

    width: int
    height: int
    """pixels"""
    media_type: str
    bits: int = 8
    """Bits of one value; more than 8 are shown through a window."""
    pages: int = 1
    """The first page is the picture."""
    needs_rendition: bool = False
    """True when browsers cannot show the file, or would show it in another way than everybody else sees it."""

    @property
    def is_deep(self) -> bool:
        return self.bits > 8


class Samples(Struct, frozen=True):
    """Values of a picture. Those of at most 8 bits fill 0..255."""

    values: Values
    bits: int
    profile: bytes = b""
    """The ICC profile of colours; empty: sRGB."""


class MaskPicture(Struct, frozen=True):
    """A mask as it is stored, upright: no profile and no window changes its values."""

    colours: Levels
    """height × width × 3"""
    opaque: NDArray[np.bool_]
    indices: NDArray[np.int64] | None
    """The value of each pixel, in a palette its number; None for a picture in colours."""


def upright(values: Values, orientation: int) -> Values:
    """Turn or mirror a picture by its EXIF orientation (1 to 8; any other: as it is)."""
    rows = -1 if orientation in UPSIDE_DOWN else 1
    columns = -1 if orientation in MIRRORED else 1
    turned = values[::rows, ::columns]
    return turned.swapaxes(0, 1) if orientation in LYING else turned


def upright_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    return (height, width) if orientation in LYING else (width, height)


def over_white(colours: Values, alpha: Values) -> Values:
    """Blend a picture over white. `alpha`: height × width, the largest value of its type is opaque."""
    if alpha.dtype.kind != "u":
        return colours
    most = 2 ** (8 * alpha.dtype.itemsize) - 1
    if (alpha == most).all():
        return colours
    share = alpha.astype(np.float32) / most
    share = share[..., None] if colours.ndim == 3 else share
    blended = colours.astype(np.float32) * share + most * (1 - share)
    return cast(Values, np.add(blended, 0.5).astype(colours.dtype))


def filled(values: Values, bits: int) -> Values:
    """Stretch values of less than 8 bits to 0..255; signed ones of 8 bits are moved there."""
    if values.dtype == np.int8:
        return (values.astype(np.int16) + 128).astype(np.uint8)
    if bits >= 8 or values.dtype.kind != "u":
        return values
    return cast(Values, (values.astype(np.uint16) * 255 // (2**bits - 1)).astype(np.uint8))


def of_cmyk(levels: Levels, profile: bytes) -> Levels:
    """Return RGB of height × width × 4 levels of ink, by their profile where it is readable."""
    image = Image.fromarray(levels, "CMYK")
    return _by_profile(image, profile) if profile else np.asarray(image.convert("RGB"))


def in_srgb(levels: Levels, profile: bytes) -> Levels:
    """Return RGB levels as sRGB; a profile that is unreadable or of other colours is ignored."""
    return _by_profile(Image.fromarray(levels), profile) if profile else levels


def _by_profile(image: Image.Image, profile: bytes) -> Levels:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if ImageCms.getProfileName(source).startswith("sRGB"):
            return np.asarray(image)
        changed = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        return np.asarray(cast(Image.Image, changed))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return np.asarray(image.convert("RGB"))

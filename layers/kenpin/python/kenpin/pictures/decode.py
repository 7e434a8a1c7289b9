"""The one decoder: what a picture is, and its pixels, for arrivals, thumbnails, viewers, training and exports."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import SEEK_END, BytesIO
from threading import Lock
from typing import BinaryIO, Final

import numpy as np
from PIL import UnidentifiedImageError

from kenpin.pictures import by_pillow, jpeg, png, tiff
from kenpin.pictures.kinds import TITLES
from kenpin.pictures.levels import Levels, Values, levels_of, window_of
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.samples import MaskPicture, PictureInfo, Samples, in_srgb
from kenpin.pictures.window import Window
from kenpin.pictures.window_sample import GreySample

LARGE_PIXELS: Final = 25_000_000
"""Pictures above this are decoded one at a time in a process, so that several do not fill its memory."""
LARGE: Final = Lock()
MAX_REASON: Final = 160
SAMPLE_SIDE: Final = 160
"""A picture gives at most SAMPLE_SIDE² values to a sample."""


def read_info(file: BinaryIO, limits: Limits) -> PictureInfo:
    """Return what the head of a file tells. Raises UnreadablePicture, as do all functions here."""
    with _reasons():
        signature = _signature(file, limits)
        if signature.startswith(png.SIGNATURE):
            return png.read_png_info(file, limits)
        if signature.startswith(tiff.SIGNATURES):
            return tiff.read_tiff_info(file, limits)
        if signature.startswith(jpeg.SIGNATURE) and (head := jpeg.read_jpeg_head(file)).is_deep:
            return jpeg.read_deep_jpeg_info(head, limits)
        file.seek(0)
        return by_pillow.read_other_info(file, limits)


def check_picture(file: BinaryIO, limits: Limits) -> PictureInfo:
    """Decode a picture to the end; return what it is."""
    info = read_info(file, limits)
    with _turn(info):
        samples = _samples(file, limits)
    if samples.values.shape[:2] != (info.height, info.width):
        raise UnreadablePicture("its pixels are not of the size that its head names")
    return info


def sample_of(file: BinaryIO, limits: Limits) -> GreySample | None:
    """Return values of a deep grey picture, spread over all of it; None for any other picture."""
    info = read_info(file, limits)
    if not info.is_deep:
        return None
    with _turn(info), _reasons():
        values = _samples(file, limits).values
        if values.ndim == 3:
            return None
        rows, columns = (-(-side // SAMPLE_SIDE) for side in values.shape)
        spread = values[::rows, ::columns].astype(np.float64).ravel()
        finite = np.sort(spread[np.isfinite(spread)])
        return GreySample(finite.tolist() or [0.0], values.dtype.kind == "f")


def read_pixels(file: BinaryIO, window: Window | None, limits: Limits) -> Levels:
    """Return height × width × 3 levels: upright, sRGB, transparent parts over white.

    `window`: of a deep picture; None: one of its own values. A picture of 8 bits has none.
    """
    return np.ascontiguousarray(_rgb(read_levels(file, window, limits)))


def read_levels(
    file: BinaryIO, window: Window | None, limits: Limits, at_least: tuple[int, int] | None = None
) -> Levels:
    """Return the levels of `read_pixels`; those of a grey picture as height × width.

    `at_least`: width and height that are enough, where a smaller picture is cheaper to make.
    """
    info = read_info(file, limits)
    with _turn(info), _reasons():
        samples = _samples(file, limits, at_least)
        values = samples.values
        if samples.bits > 8:
            values = levels_of(values, window or window_of(values, samples.bits))
        levels = np.asarray(values, np.uint8)
        return in_srgb(np.ascontiguousarray(levels), samples.profile)


def read_values(file: BinaryIO, limits: Limits) -> Values | None:
    """Return the values of deep grey as height × width of uint16 or float32; None for any other picture."""
    info = read_info(file, limits)
    if not info.is_deep:
        return None
    with _turn(info), _reasons():
        values = _samples(file, limits).values
        if values.ndim == 3:
            return None
        return values.astype("<u2" if values.dtype in (np.uint8, np.uint16) else "<f4", order="C")


def read_mask(file: BinaryIO, limits: Limits) -> MaskPicture:
    """Return a mask of any format, upright."""
    info = read_info(file, limits)
    with _turn(info), _reasons():
        file.seek(0)
        if info.media_type == tiff.MEDIA_TYPE:
            tiff.check_strips(file, limits)
        elif info.media_type == png.MEDIA_TYPE:
            return by_pillow.read_stored_mask(BytesIO(png.pixel_chunks(file, others=(b"eXIf",))))
        file.seek(0)
        return by_pillow.read_stored_mask(file)


def _rgb(levels: Levels) -> Levels:
    return levels if levels.ndim == 3 else levels[..., None].repeat(3, axis=2)


def _samples(file: BinaryIO, limits: Limits, at_least: tuple[int, int] | None = None) -> Samples:
    with _reasons():
        signature = _signature(file, limits)
        if signature.startswith(png.SIGNATURE):
            return png.read_png(file, limits)
        if signature.startswith(tiff.SIGNATURES):
            return tiff.read_tiff(file, limits)
        if signature.startswith(jpeg.SIGNATURE) and (head := jpeg.read_jpeg_head(file)).is_deep:
            return jpeg.read_deep_jpeg(file, head, limits)
        file.seek(0)
        return by_pillow.read_other(file, limits, at_least)


def _signature(file: BinaryIO, limits: Limits) -> bytes:
    limits.check_bytes(file.seek(0, SEEK_END))
    file.seek(0)
    signature = file.read(8)
    file.seek(0)
    return signature


def _turn(info: PictureInfo) -> AbstractContextManager[object]:
    return LARGE if info.width * info.height > LARGE_PIXELS else nullcontext()


@contextmanager
def _reasons() -> Iterator[None]:
    """Turn whatever a decoder raises into the reason why this picture is not read."""
    try:
        yield
    except UnreadablePicture:
        raise
    except UnidentifiedImageError:
        raise UnreadablePicture(f"it is no picture; send {TITLES}") from None
    except MemoryError:
        raise UnreadablePicture("decoding it takes more memory than there is") from None
    except Exception as error:  # decoders raise anything: IndexError, struct.error, errors of their own
        raise UnreadablePicture(f"it is damaged, or of a rare kind {_plain(error)}".rstrip()) from error


def _plain(error: Exception) -> str:
    """Return the decoder's words without names of objects and paths; none where it tripped over itself."""
    if isinstance(error, TypeError | AttributeError | LookupError | AssertionError):
        return ""
    said = re.sub(r"<[^>]*>|\S*/\S+/\S*", "", str(error).partition("\n")[0]).strip(" :")
    return f"({said[:MAX_REASON]})" if said else ""

"""Turns the mask of a defect into the mask Kenpin stores: PNG, one bit a pixel, 1 is defect."""

from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from kenpin.importing.entry import Colour, MaskFile, MaskRuns
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.runs import checked_runs
from kenpin.importing.tree import OpenFiles
from kenpin.pictures.bit_png import bit_png
from kenpin.pictures.decode import read_info, read_mask
from kenpin.pictures.limits import Limits, UnreadablePicture

Marked = NDArray[np.bool_]
"""height × width, True is defect"""
Colours = NDArray[np.int16]
Read = TypeVar("Read")
TOLERANCE: Final = 24
"""Largest distance of a channel from a listed colour, or from the blends of two: masks are smoothed or saved again."""
UNLISTED: Final = 0.001
"""Share of the pixels that may have a colour that is not listed."""
BACKGROUNDS: Final[tuple[Colour, ...]] = ((0, 0, 0), (255, 255, 255))
"""Colours that mean no defect although they may not be listed."""


def png_of(files: OpenFiles, mask: MaskFile | MaskRuns, size: tuple[int, int] | None = None) -> bytes | None:
    """Return the mask as PNG; None where nothing is marked.

    `size` is width and height of the image. Raises InvalidItem for a mask that is broken or of another size.
    """
    if isinstance(mask, MaskRuns):
        _check_size("", (mask.width, mask.height), size)
        return _png(_of_runs(mask.width, mask.height, mask.counts, "F"))
    return _png(_of_file(files, mask, size))


def png_of_row_runs(width: int, height: int, counts: Sequence[int]) -> bytes | None:
    """Return the mask of runs along the rows as PNG; None where nothing is marked.

    Raises InvalidItem for runs of another size.
    """
    return _png(_of_runs(width, height, counts, "C"))


def check_mask_size(files: OpenFiles, mask: MaskFile | MaskRuns, size: tuple[int, int]) -> None:
    """Check that the mask is of this width and height, by its head alone. Raises InvalidItem."""
    if isinstance(mask, MaskRuns):
        _check_size("", (mask.width, mask.height), size)
    else:
        info = _read(files, mask.path, read_info)
        _check_size(mask.path, (info.width, info.height), size)


def _of_runs(width: int, height: int, counts: Sequence[int], order: Literal["C", "F"]) -> Marked:
    """Return the marks of runs along the rows (C) or down the columns (F)."""
    checked_runs(width, height, counts)
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape((height, width), order=order)


def _of_file(files: OpenFiles, mask: MaskFile, size: tuple[int, int] | None) -> Marked:
    picture = _read(files, mask.path, read_mask)
    height, width = picture.opaque.shape
    _check_size(mask.path, (width, height), size)
    if mask.index is not None:
        return _of_index(mask.path, picture.indices, mask.index)
    colours, opaque = picture.colours, picture.opaque
    if mask.colour is None:
        # a maximum over the three channels takes ten times as long
        return np.array(opaque & ((colours[..., 0] | colours[..., 1] | colours[..., 2]) > 0))
    return np.array(opaque & _nearest(mask.path, colours.astype(np.int16), opaque, mask.colour, mask.others))


def _read(files: OpenFiles, path: str, read: Callable[[BinaryIO, Limits], Read]) -> Read:
    try:
        with files.open(path) as file:
            return read(file, Limits())
    except FileNotFoundError:
        raise InvalidItem(Fault.MASK_MISSING, path=path) from None
    except OSError as error:
        raise InvalidItem(Fault.MASK_UNREADABLE, path=path, error=error.strerror) from None
    except UnreadablePicture as bad:
        raise InvalidItem(Fault.MASK_UNREADABLE, path=path, error=bad) from None


def _check_size(path: str, found: tuple[int, int], wanted: tuple[int, int] | None) -> None:
    """Compare the sizes of a mask and its image; `path` is empty where the mask is no file."""
    fault = Fault.MASK_SIZE if path else Fault.RUNS_SIZE
    if wanted and found != wanted:
        raise InvalidItem(
            fault, path=path, width=found[0], height=found[1], image_width=wanted[0], image_height=wanted[1]
        )


def _of_index(path: str, values: NDArray[np.int64] | None, index: int) -> Marked:
    if values is None:
        raise InvalidItem(Fault.MASK_NO_INDEX, path=path)
    return np.asarray(values == index)


def _nearest(path: str, pixels: Colours, opaque: Marked, colour: Colour, others: Sequence[Colour]) -> Marked:
    """Return the pixels that are nearer to `colour` than to every other listed colour.

    A pixel counts when it is a listed colour or a blend of two, as at a smooth edge, within TOLERANCE.
    """
    unique, place = _unique_colours(pixels)
    listed = np.array([colour, *dict.fromkeys((*others, *BACKGROUNDS))], np.int16)
    listed = np.concatenate([listed[:1], listed[1:][(listed[1:] != listed[0]).any(axis=1)]])
    distance, nearest = _distance_to_blends(unique, listed)
    place = place.reshape(opaque.shape)
    is_unlisted = (distance > TOLERANCE)[place] & opaque
    if others and is_unlisted.mean() > UNLISTED:
        red, green, blue = unique[place[is_unlisted][0]]
        raise InvalidItem(Fault.MASK_COLOUR, path=path, colour=f"#{red:02x}{green:02x}{blue:02x}")
    return np.asarray(((nearest == 0) & (distance <= TOLERANCE))[place])


def _unique_colours(pixels: Colours) -> tuple[Colours, NDArray[np.intp]]:
    """Return the colours of the pixels, and the place of each pixel's colour. One number a colour sorts fast."""
    red, green, blue = np.moveaxis(pixels.reshape(-1, 3).astype(np.int32), 1, 0)
    numbers = (red << 16) | (green << 8) | blue
    unique = np.unique(numbers)
    colours = np.stack([unique >> 16, (unique >> 8) & 0xFF, unique & 0xFF], axis=1)
    return colours.astype(np.int16), np.searchsorted(unique, numbers)


def _distance_to_blends(found: Colours, listed: Colours) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return for each colour the distance to the nearest line between two listed ones, and its nearer end."""
    best = np.abs(found[:, None] - listed[None]).max(axis=2).min(axis=1).astype(float)
    nearest = np.abs(found[:, None] - listed[None]).max(axis=2).argmin(axis=1)
    is_listed = best <= TOLERANCE
    for first in range(len(listed)):
        for second in range(first + 1, len(listed)):
            line = (listed[second] - listed[first]).astype(float)
            along = np.clip(((found - listed[first]) @ line) / (line @ line), 0, 1)
            distance = np.abs(found - (listed[first] + along[:, None] * line)).max(axis=1)
            closer = ~is_listed & (distance < best)
            best = np.where(closer, distance, best)
            nearest = np.where(closer, np.where(along <= 0.5, first, second), nearest)
    return best, nearest


def _png(defect: Marked) -> bytes | None:
    return bit_png(defect) if defect.any() else None

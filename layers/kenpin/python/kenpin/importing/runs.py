"""Masks that annotation files hold as runs of pixels: COCO, CVAT and Label Studio each in its own way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kenpin.importing.entry import MaskRuns
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.json_values import Json, count_of, list_of

PIXELS = 400_000_000
"""Pixels of the largest mask that is read."""
WORD_SIZES = 4


def checked_runs(width: int, height: int, counts: Sequence[int]) -> MaskRuns:
    """Return runs that cover a picture exactly. Raises InvalidItem."""
    _check_size(width, height)
    if any(count < 0 for count in counts) or sum(counts) != width * height:
        raise InvalidItem(Fault.RUNS_COVER, pixels=sum(counts), width=width, height=height)
    return MaskRuns(width, height, tuple(counts))


def coco_counts(text: str) -> list[int]:
    """Decode COCO's compressed RLE: 5 bits a character, each count from the third on less the one before the last.

    From `rleFrString` of cocoapi's maskApi.c. Raises InvalidItem.
    """
    counts: list[int] = []
    value, shift = 0, 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 60:
            raise InvalidItem(Fault.RUNS_DAMAGED)
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        value -= (1 << shift) if bits & 16 else 0
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        value, shift = 0, 0
    if shift:
        raise InvalidItem(Fault.RUNS_CUT)
    return counts


def coco_runs(rle: Json) -> MaskRuns:
    """Return COCO's RLE, compressed or not. Raises InvalidItem."""
    match list_of(rle.get("size"), "size"):
        case [height, width]:
            size = count_of(width, "size"), count_of(height, "size")
        case _:
            raise InvalidItem(Fault.NO_TWO_NUMBERS, name="size")
    counts = rle.get("counts")
    if isinstance(counts, str):
        return checked_runs(*size, coco_counts(counts))
    return checked_runs(*size, [count_of(each, "counts") for each in list_of(counts, "counts")])


def placed_runs(counts: Sequence[int], box: tuple[int, int, int, int], size: tuple[int, int]) -> MaskRuns:
    """Return CVAT's runs, which go along the rows of a box (x, y, width, height), as runs of the picture."""
    x, y, width, height = box
    marked = canvas(*size)
    if min(box) < 0 or x + width > size[0] or y + height > size[1]:
        raise InvalidItem(
            Fault.MASK_LEAVES_AT,
            x=x,
            y=y,
            width=width,
            height=height,
            picture_width=size[0],
            picture_height=size[1],
        )
    checked_runs(width, height, counts)
    part = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    marked[y : y + height, x : x + width] = part.reshape((height, width))
    return runs_of(marked)


def label_studio_runs(packed: Sequence[int], width: int, height: int) -> MaskRuns:
    """Return Label Studio's brush, RGBA packed as @thi.ng/rle-pack does, where it covers half of a pixel or more."""
    _check_size(width, height)
    if not all(0 <= byte < 256 for byte in packed):
        raise InvalidItem(Fault.RLE_NOT_BYTES)
    values = _Bits(bytes(packed)).values()
    if len(values) != width * height * 4:
        raise InvalidItem(Fault.RLE_COVERS, pixels=len(values) // 4, width=width, height=height)
    return runs_of(values.reshape((height, width, 4))[:, :, 3] >= 128)


def runs_of(marked: NDArray[np.bool_]) -> MaskRuns:
    """Return the runs of a picture, down its columns."""
    flat = marked.ravel(order="F")
    starts = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], starts, [flat.size])))
    first = [0] if flat.size and flat[0] else []
    return MaskRuns(marked.shape[1], marked.shape[0], (*first, *map(int, lengths)))


def canvas(width: int, height: int) -> NDArray[np.bool_]:
    """Return a picture without a mark. Raises InvalidItem."""
    _check_size(width, height)
    return np.zeros((height, width), np.bool_)


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= PIXELS:
        raise InvalidItem(Fault.MASK_PIXELS, width=width, height=height)


class _Bits:
    """Bits of a packed run-length code, read from the front."""

    def __init__(self, packed: bytes) -> None:
        self._bits = np.unpackbits(np.frombuffer(packed, np.uint8))
        self._at = 0

    def values(self) -> NDArray[np.uint8]:
        count, word = self._number(32), self._number(5) + 1
        sizes = [self._number(4) + 1 for _ in range(WORD_SIZES)]
        if word != 8 or count > PIXELS * 4:
            raise InvalidItem(Fault.RLE_HEAD)
        out = np.zeros(count, np.uint8)
        at = 0
        while at < count:
            repeated = self._number(1)
            end = at + 1 + self._number(sizes[self._number(2)])
            if end > count:
                raise InvalidItem(Fault.RLE_RUN)
            out[at:end] = self._number(8) if repeated else np.packbits(self._take(8 * (end - at)))
            at = end
        return out

    def _number(self, size: int) -> int:
        return int("".join(map(str, self._take(size))), 2)

    def _take(self, size: int) -> NDArray[np.uint8]:
        bits = self._bits[self._at : self._at + size]
        if len(bits) < size:
            raise InvalidItem(Fault.RLE_CUT)
        self._at += size
        return bits

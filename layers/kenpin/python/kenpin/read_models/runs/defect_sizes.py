"""Marked defects that the maps of a run found, by size, and the images that each figure is about."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from kenpin.domain.error_rates import upper_bound
from kenpin.projections.database import Row

if TYPE_CHECKING:
    import pyarrow as pa

BINS: Final = (0, 8, 16, 32, 64)
"""Pixels from which on a defect is of the next size"""
BEYOND: Final = (*BINS[1:], None)
RegionKind = Literal["marked_defect", "found_defect", "missed_defect", "false_region"]
"""Defects that people marked, those of them that the map found or missed, and what it found where none is"""


class SizeRecall(Struct, frozen=True):
    """The defects of one size: the longer side from `least` to below `beyond` pixels."""

    least: int
    beyond: int | None
    """None: without end"""
    defects: int
    found: int
    recall: float
    missed_bound: float | None
    """95 % bound of the share that is missed, by defect"""
    images: int
    """Images with such a defect"""
    missed_images: int
    """Images with such a defect that was missed"""


def recall_by_size(images: pa.Table) -> list[SizeRecall]:
    """Return the recall of each size that has defects, the smallest first; empty for a run without maps or marks.

    `images`: those of `scored_images`.
    """
    defects = [each for found in images["defects"].to_pylist() for each in found or ()]
    sizes = []
    for least, beyond in zip(BINS, BEYOND, strict=True):
        of_size = [each for each in defects if least <= each["size"] < (beyond or float("inf"))]
        found = sum(each["is_found"] for each in of_size)
        if of_size:
            shown, missed = (
                len(with_region(images, kind, str(least))) for kind in ("marked_defect", "missed_defect")
            )
            bound = upper_bound(len(of_size) - found, len(of_size))
            recall = found / len(of_size)
            sizes.append(SizeRecall(least, beyond, len(of_size), found, recall, bound, shown, missed))
    return sizes


def with_region(images: pa.Table, kind: str, size: str | None) -> pa.Table:
    """Return the images with a region of a kind. `size`: where the size of a defect begins; None: of any size."""
    import pyarrow as pa

    rows = images.select(["defects", "false_regions"]).to_pylist()
    return images.filter(pa.array([_has_region(row, kind, size) for row in rows], pa.bool_()))


def _has_region(row: Row, kind: str, size: str | None) -> bool:
    if kind == "false_region":
        return bool(row["false_regions"])
    of_size = [each for each in row["defects"] or () if size in (None, _size_of(each["size"]))]
    return any(kind == "marked_defect" or each["is_found"] == (kind == "found_defect") for each in of_size)


def _size_of(pixels: float) -> str:
    return str(BINS[bisect_right(BINS, pixels) - 1])

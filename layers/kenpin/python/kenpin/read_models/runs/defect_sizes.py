"""Recall of marked defects by their size, from the predictions file of a run that makes maps."""

from typing import Final

from msgspec import Struct

from kenpin.domain.error_rates import upper_bound
from kenpin.ports import ObjectStore
from kenpin.read_models.runs import predictions
from kenpin.read_models.runs.scored_images import BINS, CountedSplit

BEYOND: Final = (*BINS[1:], None)


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


def recall_by_size(objects: ObjectStore, file: str, split: CountedSplit) -> list[SizeRecall]:
    """Return the recall of each size that has defects, the smallest first; empty for a run without maps or marks."""
    images = predictions.read(objects, file, ("use", "defects")).to_pylist()
    defects = [each for row in images if row.get("use") == split for each in row.get("defects") or ()]
    sizes = []
    for least, beyond in zip(BINS, BEYOND, strict=True):
        of_size = [each for each in defects if least <= each["size"] < (beyond or float("inf"))]
        found = sum(each["is_found"] for each in of_size)
        if of_size:
            bound = upper_bound(len(of_size) - found, len(of_size))
            sizes.append(SizeRecall(least, beyond, len(of_size), found, found / len(of_size), bound))
    return sizes

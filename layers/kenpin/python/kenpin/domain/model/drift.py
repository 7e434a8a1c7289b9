"""Drift: the images of each day and line, compared with those that a model learnt from."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, Literal, assert_never

from msgspec import Struct

from kenpin.domain.ids import ImageId, Verdict

UNFAMILIAR: Final = 1.0
"""Distance from which on an image is like nothing that the model learnt."""
SMALL: Final = 20
"""Images below which a cell is too small to say anything."""
SIGNIFICANCE: Final = 0.001
"""Chance that a cell without drift is called drifted: there are many cells."""
LEAST_GAP: Final = 0.2
"""Gap of the two distributions that is worth a look, however many images prove it."""


DriftKind = Literal["images", "unfamiliar", "judged_ng", "labelled", "labelled_ng"]
"""What is counted in a cell: all its images, or those of them that the field of the cell says"""


class ScoredImage(Struct, frozen=True):
    """An image with the answer of a model, and when and where it was taken."""

    image_id: ImageId
    score: float
    day: str
    """ISO 8601, in the time zone of the site"""
    value: str | None
    """Of the capture condition that is compared by, such as the line"""
    judged_ng: bool
    """By the model"""
    verdict: Verdict | None
    """Of people, as it stands"""
    unfamiliar: float | None

    def counts_as(self, kind: DriftKind) -> bool:
        match kind:
            case "images":
                return True
            case "unfamiliar":
                return self.unfamiliar is not None and self.unfamiliar >= UNFAMILIAR
            case "judged_ng":
                return self.judged_ng
            case "labelled":
                return self.verdict in ("OK", "NG")
            case "labelled_ng":
                return self.verdict == "NG"
            case _:
                assert_never(kind)


class DistanceSummary(Struct, frozen=True):
    """Distances to what a model learnt."""

    images: int
    """Images with a distance"""
    median: float | None
    high: float | None
    """The 95th percentile"""
    unfamiliar: int
    """Images at 1 or more"""


class DriftCell(Struct, frozen=True):
    """The images of one day and one value of a capture condition."""

    day: str
    value: str | None
    images: int
    judged_ng: int
    """Images that the model judges NG"""
    labelled: int
    """Images that people judged OK or NG"""
    labelled_ng: int
    distances: DistanceSummary
    gap: float | None
    """The largest difference of the two distributions by which these images are farther: 0 to 1"""
    is_small: bool
    has_drifted: bool
    """The gap is no chance, and wide enough to matter"""


def drift_cells(images: Iterable[ScoredImage], reference: Iterable[float]) -> list[DriftCell]:
    """Return a cell for each day and value, newest day first. `reference`: distances of the training images."""
    cells: dict[tuple[str, str | None], list[ScoredImage]] = {}
    for image in images:
        cells.setdefault((image.day, image.value), []).append(image)
    known = sorted(reference)
    newest_first = sorted(cells.items(), key=lambda cell: (cell[0][1] is None, cell[0][1] or ""))
    newest_first.sort(key=lambda cell: cell[0][0], reverse=True)
    return [_cell(day, value, held, known) for (day, value), held in newest_first]


def distance_summary(distances: Iterable[float]) -> DistanceSummary:
    """Summarise distances, in any order."""
    known = sorted(distances)
    far = sum(distance >= UNFAMILIAR for distance in known)
    return DistanceSummary(len(known), _quantile(known, 0.5), _quantile(known, 0.95), far)


def _cell(day: str, value: str | None, held: Sequence[ScoredImage], reference: Sequence[float]) -> DriftCell:
    distances = sorted(image.unfamiliar for image in held if image.unfamiliar is not None)
    gap = gap_above(distances, reference) if distances and reference else None
    is_small = min(len(distances), len(reference)) < SMALL
    return DriftCell(
        day=day,
        value=value,
        images=len(held),
        judged_ng=sum(image.counts_as("judged_ng") for image in held),
        labelled=sum(image.counts_as("labelled") for image in held),
        labelled_ng=sum(image.counts_as("labelled_ng") for image in held),
        distances=distance_summary(distances),
        gap=gap,
        is_small=is_small,
        has_drifted=gap is not None
        and not is_small
        and gap >= max(LEAST_GAP, critical_gap(len(distances), len(reference))),
    )


def gap_above(sample: Sequence[float], reference: Sequence[float]) -> float:
    """Return the one-sided Kolmogorov–Smirnov statistic, by which the sample lies above. Both are sorted."""
    return max(
        0.0,
        *(
            bisect_right(reference, at) / len(reference) - bisect_right(sample, at) / len(sample)
            for at in (*reference, *sample)
        ),
    )


def critical_gap(sample: int, reference: int) -> float:
    """Return the gap that chance exceeds with probability SIGNIFICANCE, for large numbers (Smirnov 1939)."""
    return math.sqrt(-math.log(SIGNIFICANCE) / 2 * (sample + reference) / (sample * reference))


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None

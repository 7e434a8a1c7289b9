"""Figures of maps against true masks: pixel AUROC, AUPRO, AUPIMO, IoU, and recall of defects by size."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.metrics import roc_auc_score

from kenpin_training.pipeline.region_mask import Inside
from kenpin_training.pipeline.regions import TOUCHING, HeatMap

Truth = NDArray[np.bool_]
"""rows × columns: the true defect, on the grid of the map"""
MOST_FALSE: Final = 0.3
"""AUPRO is the mean overlap up to this false positive rate (Bergmann 2020)."""
FALSE_RANGE: Final = (1e-5, 1e-4)
"""AUPIMO is the mean recall between these false positive rates (Bertoldo 2024)."""


def pixel_auroc(
    maps: Sequence[HeatMap], truths: Sequence[Truth], inside: Sequence[Inside] | None = None
) -> float | None:
    """Return the AUROC over all places of all maps; None unless there are places of both kinds.

    `inside`: the places that count.
    """
    counted = _counted(truths, inside)
    truth = np.concatenate([each.ravel() for each in truths])[counted] if truths else np.empty(0, bool)
    if not truth.any() or truth.all():
        return None
    return float(roc_auc_score(truth, np.concatenate([each.ravel() for each in maps])[counted]))


def aupro(
    maps: Sequence[HeatMap],
    truths: Sequence[Truth],
    most_false: float = MOST_FALSE,
    inside: Sequence[Inside] | None = None,
) -> float | None:
    """Return the area under the overlap per region over the false positive rate, up to `most_false`, as a share.

    Each true region weighs the same, whatever its size (Bergmann 2020, arXiv 1911.02357). None without a region.
    `inside`: the places that count.
    """
    weights, total = _region_weights(truths)
    counted = _counted(truths, inside)
    false = np.concatenate([~each.ravel() for each in truths])[counted] if truths else np.empty(0, bool)
    if total == 0 or not false.any():
        return None
    heat = np.concatenate([each.ravel() for each in maps])[counted]
    order = np.argsort(-heat, kind="stable")
    weight, false = weights[counted][order], false[order]
    last = np.append(np.flatnonzero(np.diff(heat[order])), len(order) - 1)
    overlap = np.append(0.0, np.cumsum(weight)[last]) / total
    rate = np.append(0.0, np.cumsum(false)[last]) / false.sum()
    at_most = np.interp(most_false, rate, overlap)
    below = rate < most_false
    area = np.trapezoid(np.append(overlap[below], at_most), np.append(rate[below], most_false))
    return min(float(area / most_false), 1.0)


def _counted(truths: Sequence[Truth], inside: Sequence[Inside] | None) -> Inside:
    """Return which of the places of all maps count, in one row."""
    if not truths:
        return np.empty(0, bool)
    return np.concatenate([each.ravel() for each in inside or [np.ones(each.shape, bool) for each in truths]])


def aupimo(
    maps: Sequence[HeatMap], truths: Sequence[Truth], false_range: tuple[float, float] = FALSE_RANGE
) -> float | None:
    """Return the mean over NG images of the recall of places, over the logarithm of the shared false positive rate.

    The shared rate is the mean of the rates of the OK images (Bertoldo 2024, arXiv 2401.01984). At each rate the
    threshold is the lowest that keeps it. None without an OK image or without an NG image.
    """
    pairs = list(zip(maps, truths, strict=True))
    ok = [heat.ravel() for heat, truth in pairs if not truth.any()]
    ng = [np.sort(heat[truth]) for heat, truth in pairs if truth.any()]
    if not ok or not ng:
        return None
    heat = np.concatenate(ok)
    share = np.concatenate([np.full(each.size, 1 / (each.size * len(ok))) for each in ok])
    order = np.argsort(-heat, kind="stable")
    last = np.append(np.flatnonzero(np.diff(heat[order])), len(order) - 1)
    edges = np.log(np.append(0.0, np.cumsum(share[order])[last]).clip(*false_range))
    spans = np.diff(edges) / np.log(false_range[1] / false_range[0])
    above = heat[order][last]
    recalls = [1 - np.searchsorted(each, above, side="right") / each.size for each in ng]
    return float(np.clip(np.mean(recalls, axis=0) @ spans, 0, 1))


def _region_weights(truths: Sequence[Truth]) -> tuple[NDArray[np.float64], int]:
    """Return for each place one over the size of its region (0 outside), and the number of regions."""
    weights, total = [], 0
    for truth in truths:
        labels, count = ndimage.label(truth, TOUCHING)
        sizes = np.bincount(labels.ravel(), minlength=count + 1).astype(float)
        share = np.divide(1.0, sizes, out=np.zeros_like(sizes), where=sizes > 0)
        share[0] = 0.0
        weights.append(share[labels].ravel())
        total += count
    return np.concatenate(weights) if weights else np.empty(0), total


def iou(maps: Sequence[HeatMap], truths: Sequence[Truth], threshold: float) -> float | None:
    """Return intersection over union of what is at or above the threshold and the truth; None where both are empty."""
    both = sum(int(((heat >= threshold) & truth).sum()) for heat, truth in zip(maps, truths, strict=True))
    either = sum(int(((heat >= threshold) | truth).sum()) for heat, truth in zip(maps, truths, strict=True))
    return both / either if either else None


class FoundDefect(Struct, frozen=True):
    """A true defect, and whether the model found a part of it."""

    size: float
    """The longer side of its box, in pixels of the original"""
    is_found: bool


class RegionFigures(Struct, frozen=True):
    """True regions with whether they were found, and the regions that are none."""

    defects: tuple[FoundDefect, ...]
    false_regions: int
    images: int

    def recall(self, at_least: float = 0.0) -> float | None:
        """Return the share of defects of this size and above that were found; None without one."""
        counted = [defect.is_found for defect in self.defects if defect.size >= at_least]
        return sum(counted) / len(counted) if counted else None

    @property
    def false_per_image(self) -> float:
        return self.false_regions / max(self.images, 1)


def region_figures(
    maps: Sequence[HeatMap], truths: Sequence[Truth], threshold: float, pixels_per_place: Sequence[float]
) -> RegionFigures:
    """Return the figures of regions. A defect is found where the map is high at it or one place beside it."""
    defects, false = list[FoundDefect](), 0
    for heat, truth, step in zip(maps, truths, pixels_per_place, strict=True):
        judged = heat >= threshold
        near = ndimage.binary_dilation(judged, TOUCHING)
        labels, _ = ndimage.label(truth, TOUCHING)
        for number, place in enumerate(ndimage.find_objects(labels), 1):
            size = max(side.stop - side.start for side in place) * step
            defects.append(FoundDefect(size, bool((near[place] & (labels[place] == number)).any())))
        found, count = ndimage.label(judged, TOUCHING)
        touched = np.unique(found[ndimage.binary_dilation(truth, TOUCHING)])
        false += count - int((touched > 0).sum())
    return RegionFigures(tuple(defects), false, len(maps))

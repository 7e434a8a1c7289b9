"""95 % intervals of AUROC and average precision, by the bootstrap of whole groups."""

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kenpin.domain.run.values import Evaluation
from kenpin_training.data import Groups
from kenpin_training.pipeline.probe import IsNg, Scores
from kenpin_training.pipeline.resampling import interval, numbered, resamples

Floats = NDArray[np.float64]
Interval = tuple[float, float]


def with_ranking_bounds(
    evaluation: Evaluation, scores: Scores, ng: IsNg, groups: Groups, seed: int
) -> Evaluation:
    """Return the evaluation with the intervals of its AUROC and average precision, where it has these."""
    if not ng.any() or ng.all():
        return evaluation
    (auroc_low, auroc_high), (low, high) = ranking_intervals(scores, ng, groups, seed)
    return replace(
        evaluation,
        auroc_low=auroc_low,
        auroc_high=auroc_high,
        average_precision_low=low,
        average_precision_high=high,
    )


def ranking_intervals(scores: Scores, ng: IsNg, groups: Groups, seed: int) -> tuple[Interval, Interval]:
    """Return the intervals of AUROC and of average precision. Resamples of one verdict are left out."""
    of_ng, of_ok = _resampled_levels(scores, ng, groups, seed)
    both = (of_ng.sum(1) > 0) & (of_ok.sum(1) > 0)
    if not both.any():
        return (0.0, 1.0), (0.0, 1.0)
    of_ng, of_ok = of_ng[both], of_ok[both]
    return interval(aurocs(of_ng, of_ok)), interval(average_precisions(of_ng, of_ok))


def aurocs(of_ng: Floats, of_ok: Floats) -> Floats:
    """Return the AUROC of each row of counts of NG and OK images, rows × scores in ascending order."""
    below = np.cumsum(of_ok, axis=1) - of_ok / 2
    return np.asarray((of_ng * below).sum(1) / (of_ng.sum(1) * of_ok.sum(1)))


def average_precisions(of_ng: Floats, of_ok: Floats) -> Floats:
    """Return the average precision of each row of counts, rows × scores in ascending order."""
    gained, seen = of_ng[:, ::-1], np.cumsum((of_ng + of_ok)[:, ::-1], axis=1)
    precision = np.cumsum(gained, axis=1) / np.maximum(seen, 1)
    return np.asarray((gained * precision).sum(1) / of_ng.sum(1))


def _resampled_levels(scores: Scores, ng: IsNg, groups: Groups, seed: int) -> tuple[Floats, Floats]:
    """Return the counts of NG and of OK images, resamples × different scores in ascending order."""
    levels, place = np.unique(scores, return_inverse=True)
    numbers = numbered(groups)
    counts = resamples(int(numbers.max()) + 1, seed)
    of_ng, of_ok = (
        np.asarray(
            counts
            @ coo_array(
                (np.ones(int(which.sum())), (numbers[which], place[which])), (counts.shape[1], levels.size)
            )
        )
        for which in (ng, ~ng)
    )
    return of_ng, of_ok

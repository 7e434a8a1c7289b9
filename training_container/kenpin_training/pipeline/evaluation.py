"""Evaluation of a model on images that it never learnt from: counts, rates with bounds, and ranking quality."""

import numpy as np

from kenpin.domain.error_rates import upper_bound
from kenpin.domain.ids import Split
from kenpin.domain.run.values import Evaluation
from kenpin_training.pipeline.probe import IsNg, Scores


def evaluate(
    scores: Scores,
    ng: IsNg,
    threshold: float,
    split: Split,
    split_rule: str,
    shared_groups: int = 0,
    near_duplicates: int | None = None,
    verdicts: IsNg | None = None,
) -> Evaluation:
    """Return the evaluation on a split. Scores at or above the threshold are judged NG.

    `shared_groups`: groups that have images both here and in what was learnt from. `near_duplicates`: images that
    look like one that was learnt from. `verdicts`: images judged NG, where they are not judged by this threshold.
    """
    judged_ng = scores >= threshold if verdicts is None else verdicts
    escapes, overkills = int((ng & ~judged_ng).sum()), int((~ng & judged_ng).sum())
    total_ng, total_ok = int(ng.sum()), int((~ng).sum())
    return Evaluation(
        split=split,
        split_rule=split_rule,
        images=ng.size,
        ng=total_ng,
        ok=total_ok,
        escapes=escapes,
        overkills=overkills,
        threshold=threshold,
        escape_rate=escapes / total_ng if total_ng else None,
        escape_bound=upper_bound(escapes, total_ng),
        overkill_rate=overkills / total_ok if total_ok else None,
        overkill_bound=upper_bound(overkills, total_ok),
        auroc=auroc(scores, ng),
        average_precision=average_precision(scores, ng),
        shared_groups=shared_groups,
        near_duplicates=near_duplicates,
    )


def auroc(scores: Scores, ng: IsNg) -> float | None:
    """Return the probability that an NG image scores higher than an OK one, ties half (Mann & Whitney 1947)."""
    positives, negatives = int(ng.sum()), int((~ng).sum())
    if not positives or not negatives:
        return None
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    return float((rank[place][ng].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(scores: Scores, ng: IsNg) -> float | None:
    """Return the precision averaged over the recall gained at each score; None without an NG image."""
    if not ng.any():
        return None
    _, place = np.unique(-scores, return_inverse=True)
    found, seen = np.cumsum(np.bincount(place, weights=ng)), np.cumsum(np.bincount(place))
    gained = np.diff(found, prepend=0.0)
    return float((found / seen * gained).sum() / found[-1])

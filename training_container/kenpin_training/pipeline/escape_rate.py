"""The threshold that promises an escape rate, by Learn-then-Test (Angelopoulos et al. 2021)."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from kenpin_training.data import Groups
from kenpin_training.pipeline.probe import Scores


def needed(escape_rate: float, confidence: float) -> int:
    """Return the fewest NG images that can promise the rate, when none of them is missed: 299 for 1 % at 95 %."""
    return math.ceil(math.log1p(-confidence) / math.log1p(-escape_rate))


def highest_promising(ng_scores: Scores, escape_rate: float, confidence: float) -> float | None:
    """Return the highest threshold with at most this true escape rate, at this confidence; None with too few scores.

    Thresholds are tested in a fixed order, from the lowest score up: "the escape rate is higher" is rejected while
    as few escapes as were seen have a probability of at most 1 - confidence at that rate (exact binomial). The last
    that was rejected before the first that was not is returned. Scores are those of independent NG images.
    """
    order, count = np.sort(ng_scores), ng_scores.size
    p_values = bdtr(np.arange(count, dtype=np.float64), count, escape_rate)
    rejected = int(np.argmin(np.append(p_values <= 1 - confidence, False)))
    return float(order[rejected - 1]) if rejected else None


def one_of_each_group(which: NDArray[np.bool_], groups: Groups, seed: int) -> NDArray[np.int64]:
    """Return the place of one of these images of each group, drawn by the seed, as those of a group are alike."""
    places = np.random.default_rng(seed).permutation(np.flatnonzero(which))
    _, first = np.unique(groups[places], return_index=True)
    return np.sort(places[first])

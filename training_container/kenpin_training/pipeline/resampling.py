"""The bootstrap by group: whole groups are drawn again, with replacement, and an interval is read off the results."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kenpin_training.data import Groups

Counts = NDArray[np.float64]
"""resamples × groups: how often each group was drawn"""

MOST_RESAMPLES: Final = 200
LEAST_RESAMPLES: Final = 40
MOST_DRAWN: Final = 2_000_000
"""Fewer resamples are drawn of many groups, so that an interval takes less than a second."""
TAIL: Final = 0.025
"""Each side of a 95 % interval leaves out so much."""


def numbered(groups: Groups) -> NDArray[np.int64]:
    """Return the groups as numbers from 0 without a gap, as rows of `resamples` are."""
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def resamples(groups: int, seed: int) -> Counts:
    """Return how often each of so many groups is in each resample (Efron 1979), the same for the same seed."""
    random = np.random.default_rng(seed)
    count = int(np.clip(MOST_DRAWN // groups, LEAST_RESAMPLES, MOST_RESAMPLES))
    drawn = (np.bincount(random.integers(0, groups, groups), minlength=groups) for _ in range(count))
    return np.stack(list(drawn)).astype(np.float64)


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of resampled values."""
    low, high = np.quantile(values, (TAIL, 1 - TAIL))
    return float(low), float(high)

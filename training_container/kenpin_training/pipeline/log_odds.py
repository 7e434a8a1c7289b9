"""Log-odds of probabilities, and the inverse."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LogOdds = NDArray[np.float64] | NDArray[np.float32]


def to_score(log_odds: LogOdds) -> Floats:
    """Return the score 0..1 of each log-odds, without overflow."""
    small = np.exp(-np.abs(log_odds, dtype=np.float64))
    return np.asarray(np.where(log_odds >= 0, 1, small) / (1 + small))


def to_log_odds(score: Floats, most: float = 30.0) -> Floats:
    """Return the log-odds of each score, clipped to ±`most`."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(np.log(score) - np.log1p(-score), -most, most))

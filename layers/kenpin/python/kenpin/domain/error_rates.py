"""Bounds of error rates: exact, in plain Python, so that the read side and training share one rule."""

import math
from functools import lru_cache
from typing import Final

TINY: Final = 1e-300
MOST_TERMS: Final = 10_000


@lru_cache(maxsize=4096)
def upper_bound(errors: int, trials: int, confidence: float = 0.95) -> float | None:
    """Return the one-sided upper bound of the error rate (Clopper & Pearson 1934); None without a trial.

    It is the rate at which at most `errors` of `trials` have the probability 1 - confidence: a quantile of the beta
    distribution, found by bisection.
    """
    if trials == 0:
        return None
    low, high = errors / trials, 1.0
    while low < (rate := (low + high) / 2) < high:
        if _incomplete_beta(errors + 1, trials - errors, rate) < confidence:
            low = rate
        else:
            high = rate
    return high


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function; `b` may be 0."""
    if b == 0:
        return 0.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) * _continued_fraction(a, b, x) / a


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Return the fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22)."""
    c, d = 1.0, 1 / _apart_from_0(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart_from_0(1 + term * d)
            c = _apart_from_0(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _apart_from_0(value: float) -> float:
    return value if abs(value) > TINY else TINY

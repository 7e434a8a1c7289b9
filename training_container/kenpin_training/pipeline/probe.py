"""The probe: logistic regression on frozen features, deterministic, fitted in about a second."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.log_odds import to_score
from kenpin_training.pipeline.minimise import minimise

Features = NDArray[np.float32]
"""images × features"""
Scores = NDArray[np.float64]
"""0..1 for each image; high is NG."""
IsNg = NDArray[np.bool_]

_MEAN_SQUARED_NORM: Final = 10.0
"""Mean squared length of a standardised image, set so that c = 1 does best (ELPV and cookies, cross-validated)."""


class Probe(Struct, frozen=True):
    """The log-odds of NG are features · weight + bias."""

    weight: NDArray[np.float64]
    bias: float

    def scores(self, features: Features) -> Scores:
        return to_score(features @ self.weight + self.bias)


def fit(features: Features, ng: IsNg, c: float) -> Probe:
    """Fit a logistic regression to images of both verdicts. `c`: inverse strength of the L2 penalty.

    Features are standardised and scaled so that `c` means the same for any number of them. The rarer verdict
    weighs more, by the square root of the imbalance.
    """
    mean, scale = features.mean(axis=0, dtype=np.float64), feature_scale(features)
    standard = ((features - mean) * scale).astype(np.float32)
    weight, bias = _fit_weights(standard, np.where(ng, 1.0, -1.0), c * sample_weights(ng))
    return Probe(weight * scale, bias - float(mean @ (weight * scale)))


def out_of_fold(features: Features, ng: IsNg, c: float, folds: Iterable[NDArray[np.bool_]]) -> Scores:
    """Return the score of each image by a probe that was not fitted on its fold."""
    scores = np.empty(ng.size)
    for fold in folds:
        scores[fold] = fit(features[~fold], ng[~fold], c).scores(features[fold])
    return scores


def sample_weights(ng: IsNg) -> NDArray[np.float64]:
    """Return a weight for each image; 1 for all when both verdicts are equally frequent."""
    share = float(ng.mean())
    return np.where(ng, math.sqrt(0.5 / share), math.sqrt(0.5 / (1 - share)))


def feature_scale(features: Features) -> NDArray[np.float64]:
    """Return the factor of each feature that gives all the same spread, and images the mean squared norm above."""
    spread = np.asarray(features.std(axis=0, dtype=np.float64))
    scale = np.zeros(spread.size)
    np.divide(math.sqrt(_MEAN_SQUARED_NORM / spread.size), spread, out=scale, where=spread > 1e-6)
    return scale


def _fit_weights(
    x: Features, sign: NDArray[np.float64], strength: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight, bias = point[:-1], point[-1]
        margin = sign * (x @ weight.astype(np.float32) + bias)
        pull = -strength * sign * to_score(-margin)
        value = 0.5 * weight @ weight + strength @ np.logaddexp(0, -margin)
        return float(value), np.append(weight + pull.astype(np.float32) @ x, pull.sum())

    best = minimise(loss, np.zeros(x.shape[1] + 1))
    return best[:-1], float(best[-1])

"""The probe: logistic regression on frozen features, deterministic, fitted in about a second by scikit-learn."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kenpin_training.pipeline.log_odds import to_score

Features = NDArray[np.float32]
"""images × features"""
Scores = NDArray[np.float64]
"""0..1 for each image; high is NG."""
IsNg = NDArray[np.bool_]
NgShares = NDArray[np.float64]
"""0..1 for each image: the share of people who say NG"""

TOLERANCE: Final = 1e-6
"""Largest slope of the loss at which the fit ends: scores are then within 5e-4 of the exact ones."""
MAX_STEPS: Final = 500
_MEAN_SQUARED_NORM: Final = 10.0
"""Mean squared length of a standardised image, set so that c = 1 does best (ELPV and cookies, cross-validated)."""


class Probe(Struct, frozen=True):
    """The log-odds of NG are features · weight + bias."""

    weight: NDArray[np.float64]
    bias: float

    def scores(self, features: Features) -> Scores:
        return to_score(features @ self.weight + self.bias)


def fit(features: Features, ng: IsNg | NgShares, c: float) -> Probe:
    """Fit a logistic regression to images of both verdicts. `c`: inverse strength of the L2 penalty.

    Features are standardised and scaled so that `c` means the same for any number of them. The rarer verdict
    weighs more, by the square root of the imbalance. An image on which people differ is learnt twice, as NG and as
    OK, with the weights of their shares.
    """
    mean, scale = features.mean(axis=0, dtype=np.float64), feature_scale(features)
    standard = ((features - mean) * scale).astype(np.float32)
    images, labels, weights = _as_verdicts(ng)
    fitted = LogisticRegression(C=c, tol=TOLERANCE, max_iter=MAX_STEPS).fit(standard[images], labels, weights)
    weight = fitted.coef_[0] * scale
    return Probe(weight, float(fitted.intercept_[0]) - float(mean @ weight))


def _as_verdicts(ng: IsNg | NgShares) -> tuple[NDArray[np.int64], IsNg, NDArray[np.float64]]:
    """Return places of images, verdicts and weights: those with a share have both verdicts."""
    shares = np.asarray(ng, np.float64)
    differ = np.flatnonzero((shares > 0) & (shares < 1))
    parts = np.concatenate([np.where(shares > 0, shares, 1), 1 - shares[differ]])
    images = np.concatenate([np.arange(shares.size), differ])
    labels = np.concatenate([shares > 0, np.zeros(differ.size, bool)])
    for_ng, for_ok = verdict_weights(ng)
    return images, labels, np.where(labels, for_ng, for_ok) * parts


def out_of_fold(
    features: Features, ng: IsNg | NgShares, c: float, folds: Iterable[NDArray[np.bool_]]
) -> Scores:
    """Return the score of each image by a probe that was not fitted on its fold."""
    scores = np.empty(ng.size)
    for fold in folds:
        scores[fold] = fit(features[~fold], ng[~fold], c).scores(features[fold])
    return scores


def sample_weights(ng: IsNg | NgShares) -> NDArray[np.float64]:
    """Return a weight for each image; 1 for all when both verdicts are equally frequent."""
    shares, (for_ng, for_ok) = np.asarray(ng, np.float64), verdict_weights(ng)
    return shares * for_ng + (1 - shares) * for_ok


def verdict_weights(ng: IsNg | NgShares) -> tuple[float, float]:
    """Return the weights of NG and of OK: 1 when both are equally frequent."""
    share = float(ng.mean())
    return math.sqrt(0.5 / share), math.sqrt(0.5 / (1 - share))


def feature_scale(features: Features) -> NDArray[np.float64]:
    """Return the factor of each feature that gives all the same spread, and images the mean squared norm above."""
    spread = np.asarray(features.std(axis=0, dtype=np.float64))
    scale = np.zeros(spread.size)
    np.divide(math.sqrt(_MEAN_SQUARED_NORM / spread.size), spread, out=scale, where=spread > 1e-6)
    return scale

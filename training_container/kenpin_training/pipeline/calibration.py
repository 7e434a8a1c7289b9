"""Calibration: the probability of NG for a score, by Platt's logistic curve with a prior for few labels."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.log_odds import to_log_odds, to_score
from kenpin_training.pipeline.probe import IsNg, Scores

Floats = NDArray[np.float64]

FURTHEST: Final = 12.0
"""Log-odds of a score beyond this are taken as this: a score of 1 - 1e-9 tells no more than one of 1 - 1e-6."""
SLOPE: Final = (1.0, 10.0)
INTERCEPT: Final = (0.0, 10.0)
"""Mean and standard deviation of the priors: scores are probabilities until labels say otherwise. They are wide, as
few labels that part cleanly say a lot; Platt's targets inside 0 and 1 pull the curve flat there."""
LEAST_SLOPE: Final = 0.05
"""A higher score never means a lower probability."""
STEPS: Final = 15
LARGEST_STEP: Final = 2.0


class Calibration(Struct, frozen=True):
    """The log-odds of NG are slope · log-odds of the score + intercept; an array of each where there are several."""

    slope: Floats
    intercept: Floats

    def log_odds(self, scores: Scores) -> Floats:
        """Return calibrations × scores."""
        return self.slope[..., None] * clipped_log_odds(scores) + self.intercept[..., None]

    def probabilities(self, scores: Scores) -> Floats:
        """Return calibrations × scores: the probability that an image with this score is NG."""
        return to_score(self.log_odds(scores))

    def log_odds_of_score(self, log_odds: Floats) -> Floats:
        """Return the log-odds of the score whose calibrated log-odds are these."""
        return (log_odds - self.intercept) / self.slope


def calibrate(scores: Scores, ng: IsNg, weights: Floats) -> Calibration:
    """Fit a calibration to scores of images that the model did not learn from.

    `weights`: one for each score, or fits × scores for several fits at once, such as those of a bootstrap. The
    curve is Platt's (1999) with Gaussian priors; the maximum of the posterior is found by Newton's method.
    """
    x = clipped_log_odds(scores)
    slope, intercept = np.full(weights.shape[:-1], SLOPE[0]), np.full(weights.shape[:-1], INTERCEPT[0])
    for _ in range(STEPS):
        probability = to_score(slope[..., None] * x + intercept[..., None])
        pull = weights * (probability - ng)
        firm = weights * probability * (1 - probability)
        down = (pull @ x + (slope - SLOPE[0]) / SLOPE[1] ** 2, pull.sum(-1) + intercept / INTERCEPT[1] ** 2)
        bend = (firm @ (x * x) + SLOPE[1] ** -2, firm @ x, firm.sum(-1) + INTERCEPT[1] ** -2)
        slope_step, intercept_step = _newton(down, bend)
        slope, intercept = slope - slope_step, intercept - intercept_step
    return Calibration(np.maximum(slope, LEAST_SLOPE), intercept)


def clipped_log_odds(scores: Scores) -> Floats:
    return to_log_odds(scores, FURTHEST)


def _newton(down: tuple[Floats, Floats], bend: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats]:
    """Return the step of both parameters, no longer than LARGEST_STEP, so that it cannot run away."""
    (a, b), (aa, ab, bb) = down, bend
    determinant = aa * bb - ab * ab
    first, second = (bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant
    shrink = np.minimum(1, LARGEST_STEP / np.maximum(np.hypot(first, second), 1e-12))
    return first * shrink, second * shrink

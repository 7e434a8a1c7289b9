"""Doubt about labels: one minus the probability of an image's own label, by probes that had not seen its group."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kenpin_training.data import Groups
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.calibration import calibrate
from kenpin_training.pipeline.folds import folds
from kenpin_training.pipeline.probe import Features, IsNg, Scores

Doubts = NDArray[np.float64]

FEWEST_OF_A_VERDICT: Final = 2
"""Images of OK and of NG that folds need"""


def label_doubts(features: Features, ng: IsNg, groups: Groups, c: float, seed: int) -> Doubts:
    """Return the doubt of each label, 0..1: images whose label is most likely wrong have the highest.

    Self-confidence of Northcutt et al. (2021), by folds of whole groups. There are at least FEWEST_OF_A_VERDICT
    images of each verdict. `c`: as of the probe.
    """
    return doubts_of(probe.out_of_fold(features, ng, c, folds(ng, groups, seed).masks), ng)


def doubts_of(scores: Scores, ng: IsNg) -> Doubts:
    """Return 1 - the calibrated probability of the label. `scores`: by models that had not seen the image."""
    probability = calibrate(scores, ng, np.ones(ng.size)).probabilities(scores)
    return np.where(ng, 1 - probability, probability)

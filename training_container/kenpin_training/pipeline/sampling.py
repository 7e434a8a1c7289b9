"""Weights of judged images: the number of pool images that each stands for, as suggestions are no fair sample."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def stands_for(suggested: NDArray[np.bool_], pool: int) -> Floats:
    """Return a weight for each judged image; they sum to `pool`, the judged images with those still to judge.

    `suggested`: the image was judged because a policy chose it. It stands for itself alone, as it was certain to
    be chosen. The others, among them the random controls of every suggestion, share the rest of the pool (Horvitz &
    Thompson 1952). Where all were suggested, all weigh the same.
    """
    fair = int((~suggested).sum())
    rest = pool - int(suggested.sum())
    if fair == 0 or rest <= fair:
        return np.ones(suggested.size)
    return np.where(suggested, 1.0, rest / fair)


def tempered(weights: Floats) -> Floats:
    """Return the square roots, scaled so that they sum to the number of images that equal weights would take.

    Whole weights leave a curve to a few control images; equal weights follow the policy's choice. The square root
    is a compromise, not an optimum: `python -m bench learning` shows where it wins and where it loses.
    The sum is the effective number of images (Kish 1965).
    """
    roots = np.sqrt(weights)
    return np.asarray(roots * roots.sum() / (roots @ roots))

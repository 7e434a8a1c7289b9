"""A threshold with the images that it was chosen on: figures on the same images are refused."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import ThresholdChoice
from kenpin_training.pipeline.folds import group_folds
from kenpin_training.pipeline.probe import IsNg
from kenpin_training.pipeline.threshold import ScoredLabels, threshold_of

PARTS = 5


class ChosenOnReportedImages(Exception):
    """A threshold must not be reported on images that it was chosen on: the figures would look too good."""

    def __init__(self, images: int) -> None:
        super().__init__(
            f"the threshold was chosen on {images} of these images; choose it on others, or report it on others"
        )


class ChosenThreshold(Struct, frozen=True):
    """A threshold, and which images of the data it was chosen on."""

    choice: ThresholdChoice
    chosen_on: NDArray[np.bool_]

    def to_report_on(self, which: NDArray[np.bool_]) -> float:
        """Return the threshold for figures on these images. Raises ChosenOnReportedImages."""
        if shared := int((self.chosen_on & which).sum()):
            raise ChosenOnReportedImages(shared)
        return self.choice.threshold


def cross_judged(labels: ScoredLabels, recipe: Recipe, seed: int) -> IsNg:
    """Return which images are judged NG, each by a threshold that was chosen on the other groups."""
    verdicts = np.empty(labels.ng.size, bool)
    for part in group_folds(labels.groups, seed, PARTS).masks:
        verdicts[part] = labels.scores[part] >= threshold_of(labels.of(~part), recipe, seed)
    return verdicts

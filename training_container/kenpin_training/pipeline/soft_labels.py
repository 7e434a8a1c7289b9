"""Soft labels: an image on which people differ is learnt with the share of them who say NG."""

import numpy as np

from kenpin.domain.recipe import Recipe
from kenpin_training.data import TrainingData
from kenpin_training.pipeline.probe import IsNg, NgShares


def targets(data: TrainingData, recipe: Recipe) -> IsNg | NgShares:
    """Return what each image is learnt as: the verdict that stands, or the share of people who say NG."""
    return np.where(np.isnan(data.ng_shares), data.ng, data.ng_shares) if recipe.soft_labels else data.ng


def soft_note(data: TrainingData, recipe: Recipe) -> str:
    """Return words for the rule of a run on how many images had soft labels; none for none."""
    count = int((~np.isnan(data.ng_shares[data.train])).sum()) if recipe.soft_labels else 0
    return f", {count} learnt with the share of people who say NG" if count else ""

"""The head of the segmentation family: two dense layers that tell the class of each patch."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.model import Tensors
from kenpin_training.pipeline.patches import ImagePatches, Patches
from kenpin_training.pipeline.regions import ClassMap, HeatMap

Matrix = NDArray[np.float32]
ClassMaps = NDArray[np.float32]
"""rows × columns × (1 + classes): the probability of no defect, then of each class"""


class PatchClassifier(Struct, frozen=True):
    """Standardised patch → hidden units (ReLU) → probabilities of no defect and of each class (softmax)."""

    mean: Matrix
    scale: Matrix
    hidden: tuple[Matrix, Matrix]
    """Weights and biases"""
    output: tuple[Matrix, Matrix]

    def class_maps(self, patches: Patches) -> ClassMaps:
        units = np.maximum(((patches - self.mean) * self.scale) @ self.hidden[0] + self.hidden[1], 0)
        odds = units @ self.output[0] + self.output[1]
        shares = np.exp(odds - odds.max(axis=-1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))

    def heat(self, patches: ImagePatches) -> HeatMap:
        """Return the probability of any defect."""
        return 1 - self.class_maps(patches.values)[..., 0]

    def class_map(self, patches: Patches) -> ClassMap:
        return np.asarray(self.class_maps(patches)[..., 1:].argmax(axis=-1), np.uint8)

    def tensors(self) -> Tensors:
        return {
            "mean": self.mean,
            "scale": self.scale,
            "hidden/weight": self.hidden[0],
            "hidden/bias": self.hidden[1],
            "output/weight": self.output[0],
            "output/bias": self.output[1],
        }


def classifier_of(tensors: Tensors) -> PatchClassifier:
    """Return the head of its tensors."""
    found = {name: np.asarray(value, np.float32) for name, value in tensors.items()}
    return PatchClassifier(
        found["mean"],
        found["scale"],
        (found["hidden/weight"], found["hidden/bias"]),
        (found["output/weight"], found["output/bias"]),
    )

"""The training set of fine-tuning: augmented batches in a seeded order."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.probe import IsNg, sample_weights

Batch = tuple[Pixels, NDArray[np.float32], NDArray[np.float32]]
"""pixels, 1 where NG, weight of each image"""

BRIGHTNESS: Final = 0.1
"""Largest relative change of brightness: the light of a line drifts, and that is no defect."""


class TrainingSet(Struct, frozen=True):
    """The images with their labels, and which of them are held out from training."""

    pixels: Pixels
    """images × size × size × 3"""
    ng: IsNg
    held_out: NDArray[np.bool_]

    def batches_an_epoch(self, batch_size: int) -> int:
        return -(-int((~self.held_out).sum()) // batch_size)

    def epoch(self, batch_size: int, random: np.random.Generator) -> Iterator[Batch]:
        """Yield every image that is not held out, in batches of one size; the last is filled up from the first."""
        learnt = np.flatnonzero(~self.held_out)
        weight = np.zeros(self.ng.size, np.float32)
        weight[learnt] = sample_weights(self.ng[learnt])
        order = np.resize(random.permutation(learnt), self.batches_an_epoch(batch_size) * batch_size)
        for places in order.reshape(-1, batch_size):
            yield augment(self.pixels[places], random), self.ng[places].astype(np.float32), weight[places]


def augment(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Mirror each image left to right and upside down, half of the time each, and change its brightness."""
    across, down = random.random((2, len(pixels), 1, 1, 1)) < 0.5
    pixels = np.where(across, pixels[:, :, ::-1], pixels)
    pixels = np.where(down, pixels[:, ::-1], pixels)
    gain = random.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS, (len(pixels), 1, 1, 1))
    return np.minimum(pixels * gain, 255).astype(np.uint8)

"""The training set of fine-tuning: augmented batches in a seeded order."""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.probe import IsNg, NgShares, sample_weights

A = TypeVar("A", np.bool_, np.float64)
Batch = tuple[Pixels, NDArray[np.float32], NDArray[np.float32]]
"""pixels, 1 where NG or the share of people who say so, weight of each image"""


class TrainingSet(Struct, frozen=True):
    """The images with their labels, and which of them are held out from training."""

    pixels: Pixels
    """rows × size × size × 3; a row is an image, or a tile of one"""
    ng: IsNg | NgShares
    """True for NG, or the share of people who say NG; a held-out row has the verdict that stands"""
    held_out: NDArray[np.bool_]
    image: NDArray[np.int64] | None = None
    """The image that each row is a tile of, in rising order; None: each row is an image"""

    def of_held_out_images(self, rows: NDArray[A]) -> NDArray[A]:
        """Return the highest value of each held-out image, of values of its rows."""
        if self.image is None:
            return rows
        starts = np.flatnonzero(np.diff(self.image[self.held_out], prepend=-1))
        return np.asarray(np.maximum.reduceat(rows, starts))

    def batches_an_epoch(self, batch_size: int) -> int:
        return -(-int((~self.held_out).sum()) // batch_size)

    def epoch(self, recipe: Recipe, random: np.random.Generator) -> Iterator[Batch]:
        """Yield every image that is not held out, in batches of one size; the last is filled up from the first."""
        size, learnt = recipe.batch_size, np.flatnonzero(~self.held_out)
        weight = np.zeros(self.ng.size, np.float32)
        weight[learnt] = sample_weights(self.ng[learnt])
        order = np.resize(random.permutation(learnt), self.batches_an_epoch(size) * size)
        for places in order.reshape(-1, size):
            yield (
                augment(self.pixels[places], recipe, random),
                self.ng[places].astype(np.float32),
                weight[places],
            )


def augment(pixels: Pixels, recipe: Recipe, random: np.random.Generator) -> Pixels:
    """Change the images in ways that make no defect: those that the recipe allows. Images are squares."""
    if recipe.may_mirror:
        across, down = random.random((2, len(pixels), 1, 1, 1)) < 0.5
        pixels = np.where(across, pixels[:, :, ::-1], pixels)
        pixels = np.where(down, pixels[:, ::-1], pixels)
    gain = random.uniform(1 - recipe.brightness, 1 + recipe.brightness, (len(pixels), 1, 1, 1))
    if recipe.may_turn:
        turns = random.integers(4, size=len(pixels))
        pixels = np.stack([np.rot90(image, turn) for image, turn in zip(pixels, turns, strict=True)])
    return np.minimum(pixels * gain, 255).astype(np.uint8)

"""The memory of patches of OK images, after PatchCore (Roth 2022, arXiv 2106.08265), in bounded size."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.coverage import Coverage, projection_of
from kenpin_training.pipeline.patches import Patches, PatchRows, mean_and_scale

Distances = NDArray[np.float32]
"""rows × columns: distance to the nearest patch of the memory"""

SIZE: Final = 2000
"""Patches that are kept; twice as many gave the same figures on the cookies."""
CHUNK: Final = 8192
"""Patches that are compared at a time."""


class PatchMemory(Struct, frozen=True):
    """Patches of OK images, spread over all that was seen, and the mean and spread of each channel."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    patches: PatchRows
    """Standardised"""

    def distances(self, patches: Patches) -> Distances:
        """Return the distance of each place of a picture to its nearest patch."""
        flat = patches.reshape(-1, patches.shape[-1])
        squares, starts = np.einsum("ij,ij->i", self.patches, self.patches), range(0, len(flat), CHUNK)
        found = [self._distances(flat[start : start + CHUNK], squares) for start in starts]
        return np.concatenate(found).reshape(patches.shape[:2])

    def _distances(self, patches: PatchRows, squares: NDArray[np.float32]) -> Distances:
        standard = (patches - self.mean) * self.scale
        each = squares - 2 * (standard @ self.patches.T)
        least = each.min(axis=1)
        least += np.einsum("ij,ij->i", standard, standard)
        return np.asarray(np.sqrt(np.maximum(least, 0)), np.float32)


def memory_of(sample: PatchRows, seed: int, size: int = SIZE) -> PatchMemory:
    """Return a memory of at most `size` patches of the sample, each far from those picked before it."""
    points = projection_of(sample, np.random.default_rng(seed)).points(sample)
    coverage = Coverage(points, points[:0])
    picked = [place for _ in range(min(size, len(sample))) if (place := coverage.farthest()) is not None]
    return _memory(sample, picked)


def random_memory(sample: PatchRows, seed: int, size: int = SIZE) -> PatchMemory:
    """Return a memory of patches drawn at random."""
    drawn = np.random.default_rng(seed).choice(len(sample), min(size, len(sample)), replace=False)
    return _memory(sample, drawn.tolist())


def _memory(sample: PatchRows, picked: list[int]) -> PatchMemory:
    mean, scale = mean_and_scale(sample)
    return PatchMemory(mean, scale, (sample[picked] - mean) * scale)

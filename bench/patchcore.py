"""Plain PatchCore (Roth 2022, arXiv 2106.08265) in NumPy: all patches, exact neighbours, nothing left out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from kenpin_training.pipeline.patches import Patches

Squares = NDArray[np.float32]
"""rows × columns: squared distance of each place to its nearest patch"""
CHUNK: Final = 2048
SMOOTHING: Final = 0.5
"""In places; four pixels, as in the paper"""


def nearest(tested: Sequence[Patches], learnt: Sequence[Patches]) -> list[Squares]:
    """Return the map of squared distances of each tested image to all patches that were learnt."""
    maps = [np.full(each.shape[:2], np.inf, np.float32) for each in tested]
    for known in learnt:
        rows = known.reshape(-1, known.shape[-1])
        squares = np.einsum("ij,ij->i", rows, rows)
        for each, found in zip(tested, maps, strict=True):
            np.minimum(found, _nearest(each, rows, squares), out=found)
    return maps


def _nearest(patches: Patches, rows: NDArray[np.float32], squares: NDArray[np.float32]) -> Squares:
    flat, found = patches.reshape(-1, patches.shape[-1]), []
    for start in range(0, len(flat), CHUNK):
        part = flat[start : start + CHUNK]
        least = (squares - 2 * (part @ rows.T)).min(axis=1)
        found.append(least + np.einsum("ij,ij->i", part, part))
    return np.concatenate(found).reshape(patches.shape[:2])


def score(squares: Squares) -> float:
    """Return the score of an image: the distance of its farthest place."""
    return float(np.sqrt(max(squares.max(), 0)))


def smooth(squares: Squares) -> NDArray[np.float32]:
    """Return the map of distances for figures of pixels."""
    return np.asarray(gaussian_filter(np.sqrt(np.maximum(squares, 0)), SMOOTHING), np.float32)

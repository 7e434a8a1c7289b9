"""Greedy k-center: picks images far from all that were picked before, in a space of few dimensions."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.probe import Features

Points = NDArray[np.float32]
Indices = NDArray[np.int64]

DIMENSIONS: Final = 64
"""Distances are taken in a random projection of this many dimensions (Johnson & Lindenstrauss 1984)."""
SAMPLE: Final = 4096
"""Rows that estimate a feature's mean and spread, and that represent all labelled images."""


class Coverage:
    """Distance of each image of the pool to the nearest covered one; greedy farthest-first (Gonzalez 1985)."""

    def __init__(self, pool: Points, covered: Points) -> None:
        self._pool = pool
        self._norms = np.einsum("ij,ij->i", pool, pool)
        self._distance = np.full(len(pool), np.inf, dtype=np.float32)
        self._taken = np.zeros(len(pool), dtype=bool)
        for start in range(0, len(covered), 64):
            self._cover(covered[start : start + 64])

    def take(self, indices: Indices) -> None:
        """Mark these as picked: they cover what is near them."""
        self._taken[indices] = True
        self._cover(self._pool[indices])

    def farthest(self, among: Indices | None = None) -> int | None:
        """Pick the least covered image (of `among`), at first the one nearest to the mean. None when all are taken."""
        among = np.arange(len(self._pool)) if among is None else among
        free = among[~self._taken[among]]
        if not free.size:
            return None
        untouched = np.isinf(self._distance[0])
        index = int(free[np.argmin(self._norms[free]) if untouched else np.argmax(self._distance[free])])
        self.take(np.array([index]))
        return index

    def _cover(self, points: Points) -> None:
        if len(points):
            squares = np.einsum("ij,ij->i", points, points)
            nearest = (squares - 2 * (self._pool @ points.T)).min(axis=1) + self._norms
            np.minimum(self._distance, nearest, out=self._distance)


class Projection(Struct, frozen=True):
    """A random projection to DIMENSIONS, by which the mean of a pool becomes 0."""

    directions: Points
    middle: Points

    def points(self, features: Features) -> Points:
        return features @ self.directions - self.middle


def projection_of(pool: Features, random: np.random.Generator) -> Projection:
    """Standardise by a sample of the pool."""
    sample = pool[_sample_indices(len(pool), random)]
    mean, spread = sample.mean(axis=0), sample.std(axis=0)
    scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-6)
    directions = random.standard_normal((pool.shape[1], DIMENSIONS), dtype=np.float32) * scale[:, None]
    return Projection(directions, mean @ directions)


def sample_of(labelled: Features, random: np.random.Generator) -> Features:
    """Return at most SAMPLE rows, which represent all."""
    return labelled[_sample_indices(len(labelled), random)]


def _sample_indices(count: int, random: np.random.Generator) -> Indices:
    return np.arange(count) if count <= SAMPLE else np.sort(random.choice(count, SAMPLE, replace=False))

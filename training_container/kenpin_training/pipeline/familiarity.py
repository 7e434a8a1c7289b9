"""Familiarity: the distance of an image to the images that a model learnt from, by features of the frozen network."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.data import Groups
from kenpin_training.pipeline.probe import Features

Distances = NDArray[np.float64]
NEIGHBOUR: Final = 3
"""Distances are to the third nearest: one odd image in the reference makes none alike familiar."""
MOST: Final = 2_000
"""Images in the reference; drawn at random where there are more."""
QUANTILE: Final = 0.99
"""Share of the training images that are nearer to others than the unit."""
CHUNK: Final = 8_192
"""Images that are compared at a time."""


class Reference(Struct, frozen=True):
    """Features of images that a model learnt from, and the distance from which on an image is unfamiliar.

    Distances of features of length 1 to a near neighbour: Sun et al. 2022, arXiv 2204.06507.
    """

    rows: NDArray[np.float16]
    """images × features, each row of length 1. Half precision: the file of the model stays below 6 MB."""
    unit: float

    def unfamiliar(self, features: Features) -> Distances:
        """Return distances in units: 1 and more means that the image is like nothing that was learnt."""
        return _distances(of_length_1(features), self.rows) / self.unit


class Familiarity(Struct, frozen=True):
    """The unfamiliarity of each image of a run, and the reference that it is measured by."""

    reference: Reference | None
    """None where all training images are of one group: nothing says how far others may be."""
    unfamiliar: Distances
    """1 and more is unfamiliar; NaN where there is no reference. Training images are compared with other groups."""


def familiarity_of(features: Features, train: NDArray[np.bool_], groups: Groups, seed: int) -> Familiarity:
    """Measure all images by those that are learnt from.

    `features`: images × features by the frozen network. `groups`: those of the images, as numbers.
    """
    unfamiliar, learnt = np.full(len(features), np.nan), np.flatnonzero(train)
    drawn = _drawn(learnt, np.random.default_rng(seed))
    rows = of_length_1(features[drawn]).astype(np.float16)
    own = _distances(of_length_1(features[learnt]), rows, (groups[learnt], groups[drawn]))
    known = own[np.isfinite(own)]
    if not known.size:
        return Familiarity(None, unfamiliar)
    unit = max(float(np.quantile(known, QUANTILE, method="higher")), 1e-6)
    reference = Reference(rows, unit)
    unfamiliar[~train] = reference.unfamiliar(features[~train])
    unfamiliar[learnt] = np.where(np.isfinite(own), own / unit, np.nan)
    return Familiarity(reference, unfamiliar)


def _drawn(places: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    return places if len(places) <= MOST else np.sort(random.choice(places, MOST, replace=False))


def of_length_1(features: Features) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, 1e-12), np.float32)


def _distances(
    points: NDArray[np.float32], rows: NDArray[np.float16], groups: tuple[Groups, Groups] | None = None
) -> Distances:
    """Return the distance of each point to its third nearest row, or to the farthest where there are fewer.

    `groups`: those of the points and of the rows; rows of a point's own group are left out. Infinite without a row.
    """
    reference, found = rows.astype(np.float32), np.full(len(points), np.inf)
    for start in range(0, len(points), CHUNK):
        part = slice(start, start + CHUNK)
        squares = np.maximum(2 - 2 * (points[part] @ reference.T), 0).astype(np.float64)
        if groups is not None:
            squares[groups[0][part, None] == groups[1]] = np.inf
        found[part] = _near(squares)
    return found


def _near(squares: Distances) -> Distances:
    nearest = np.sort(np.partition(squares, min(NEIGHBOUR, squares.shape[1]) - 1)[:, :NEIGHBOUR])
    last = np.maximum(np.isfinite(nearest).sum(axis=1) - 1, 0)
    return np.asarray(np.sqrt(nearest[np.arange(len(nearest)), last]))

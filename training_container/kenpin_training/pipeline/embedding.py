"""The embedding map: a place in a plane for each image, so that images with like features lie near each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin_training.pipeline.familiarity import of_length_1
from kenpin_training.pipeline.probe import Features

MOST: Final = 10_000
"""Images on the map: those with the lowest digests, where there are more"""
FEWEST: Final = 3
Place = tuple[float, float]


def embedding_map(image_ids: Sequence[ImageId], features: Features) -> Mapping[ImageId, Place]:
    """Return the places of images: the first two principal components of their features, each of length 1.

    `features`: images × features by the frozen network. The same features give the same map. Empty for fewer than
    FEWEST images.
    """
    drawn = np.argsort(np.array(image_ids))[:MOST]
    if len(drawn) < FEWEST:
        return {}
    places = _principal(of_length_1(features[drawn]))
    return {image_ids[at]: (float(x), float(y)) for at, (x, y) in zip(drawn, places, strict=True)}


def _principal(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, :-3:-1]
    largest = axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])]
    return np.asarray(centred @ (axes * np.where(largest < 0, -1, 1)))

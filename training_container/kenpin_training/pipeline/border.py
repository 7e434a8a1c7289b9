"""Which old decisions are near the border that moved, and which of them nearest. Pure."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.coverage import Indices
from kenpin_training.pipeline.odds import to_odds
from kenpin_training.pipeline.probe import Features, Scores

Bools = NDArray[np.bool_]
Distances = NDArray[np.float64]

MOST: Final = 500
NEAR_SHARE: Final = 0.1
NEAR_LEAST: Final = 20
"""What looks like a sample is near it whatever its verdict: this share of what was judged, or so many at least."""


class Case(Struct, frozen=True):
    """One old decision: its place among those given, and how near the border it is."""

    index: int
    has_class: bool
    distance: float | None


def rank(
    has_class: Bools,
    distances: Distances | None,
    scores: Scores | None,
    threshold: float,
    *,
    class_first: bool,
) -> list[Case]:
    """At most MOST cases, nearest first: judged to have the class, or near a sample or an example of it.

    Near by what a network sees and near by the model's threshold count alike (the mean of both places).
    `class_first`: the class itself moved, so that whatever was judged to have it comes before what looks like it.
    """
    near = has_class if distances is None else has_class | _nearest(distances)
    places = _places(distances, scores, threshold, len(has_class))
    keys = (places, ~has_class) if class_first else (places,)
    order = [int(index) for index in np.lexsort(keys) if near[index]]
    return [
        Case(index, bool(has_class[index]), None if distances is None else float(distances[index]))
        for index in order[:MOST]
    ]


def cosine_distances(features: Features, references: Features) -> Distances | None:
    """0..2, from each row to the nearest reference; None when there is no reference."""
    if not len(references):
        return None
    nearest: Distances = (_unit(features) @ _unit(references).T).max(axis=1).astype(np.float64)
    distances: Distances = np.clip(1.0 - nearest, 0.0, 2.0)
    return distances


def _unit(rows: Features) -> Features:
    unit: Features = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _nearest(distances: Distances) -> Bools:
    count = max(NEAR_LEAST, int(len(distances) * NEAR_SHARE))
    near = np.zeros(len(distances), dtype=bool)
    near[np.argsort(distances, kind="stable")[:count]] = True
    return near


def _places(distances: Distances | None, scores: Scores | None, threshold: float, size: int) -> Distances:
    """Where each stands by distance and by closeness to the threshold; in the order given when neither is known."""
    known = [distances] if distances is not None else []
    if scores is not None:
        known.append(np.abs(to_odds(scores) - to_odds(np.array(threshold))))
    if not known:
        return np.arange(size, dtype=np.float64)
    mean: Distances = np.mean([_place(each) for each in known], axis=0)
    return mean


def _place(values: Distances) -> Indices:
    places = np.empty(len(values), dtype=np.int64)
    places[np.argsort(values, kind="stable")] = np.arange(len(values))
    return places

"""Ranking of old decisions by their nearness to the changed border. Pure."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.pipeline.coverage import Indices
from kenpin_training.pipeline.log_odds import to_log_odds
from kenpin_training.pipeline.probe import Features, Scores

Bools = NDArray[np.bool_]
Distances = NDArray[np.float64]

MAX_CASES: Final = 500
NEAR_SHARE: Final = 0.1
NEAR_LEAST: Final = 20
"""The nearest images to a sample that count: NEAR_SHARE of the judged images, and at least NEAR_LEAST."""


class ReviewCandidate(Struct, frozen=True):
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
) -> list[ReviewCandidate]:
    """Return at most MAX_CASES decisions, nearest first: of the class, or near a sample or an example of it.

    The order is the mean of two ranks: by cosine distance, and by closeness of the score to the threshold.
    `class_first`: the class itself was changed, so images judged to have it come before those that look like it.
    """
    near = has_class if distances is None else has_class | _nearest(distances)
    ranks = _combined_ranks(distances, scores, threshold, len(has_class))
    keys = (ranks, ~has_class) if class_first else (ranks,)
    order = [int(index) for index in np.lexsort(keys) if near[index]]
    return [
        ReviewCandidate(index, bool(has_class[index]), None if distances is None else float(distances[index]))
        for index in order[:MAX_CASES]
    ]


def cosine_distances(features: Features, references: Features) -> Distances | None:
    """Return the distance of each row to the nearest reference, 0..2; None without a reference."""
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


def _combined_ranks(
    distances: Distances | None, scores: Scores | None, threshold: float, size: int
) -> Distances:
    """Return the mean of the ranks by distance and by closeness to the threshold; 0, 1, … without either."""
    known = [distances] if distances is not None else []
    if scores is not None:
        known.append(np.abs(to_log_odds(scores) - to_log_odds(np.array(threshold))))
    if not known:
        return np.arange(size, dtype=np.float64)
    mean: Distances = np.mean([_ranks(each) for each in known], axis=0)
    return mean


def _ranks(values: Distances) -> Indices:
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks

"""Shortlists of strategies: the images of a pool that each strategy picks from."""

from typing import assert_never

import numpy as np
from msgspec import Struct

from kenpin.domain.dataset.strategies import Strategy
from kenpin_training.pipeline.coverage import Indices, Points
from kenpin_training.pipeline.log_odds import to_log_odds
from kenpin_training.pipeline.probe import Scores


class ScoredPool(Struct, frozen=True):
    """A pool with the scores of a model. Points are as of `coverage.project`."""

    points: Points
    scores: Scores
    threshold: float
    misses: Points
    """NG images that a model or the line judged OK"""


def shortlist(strategy: Strategy, pool: ScoredPool, most: int) -> Indices | None:
    """Return at most `most` images that the strategy may pick, best first; None: every image.

    For two verdicts entropy gives the order of the margin, so `uncertain` stands for both.
    """
    match strategy:
        case "suspected_ng":
            likeliest = np.argsort(-pool.scores, kind="stable")[:most]
            return likeliest[pool.scores[likeliest] >= pool.threshold]
        case "uncertain":
            distance = np.abs(to_log_odds(pool.scores) - to_log_odds(np.array(pool.threshold)))
            return np.argsort(distance, kind="stable")[:most]
        case "near_miss":
            if not len(pool.misses):
                return np.empty(0, np.int64)
            return np.argsort(_nearest(pool.points, pool.misses), kind="stable")[:most]
        case "diverse":
            return None
        case _:
            assert_never(strategy)


def _nearest(points: Points, others: Points) -> Points:
    """Return the distance of each point to the nearest of the others, squared."""
    squares = np.einsum("ij,ij->i", others, others)
    own = np.einsum("ij,ij->i", points, points)
    return np.asarray((squares - 2 * (points @ others.T)).min(axis=1) + own)

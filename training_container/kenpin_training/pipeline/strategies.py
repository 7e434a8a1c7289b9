"""Shortlists of strategies: the images of a pool that each strategy picks from."""

from typing import assert_never

import numpy as np
from msgspec import Struct

from kenpin.domain.suggestion_strategies import Strategy
from kenpin_training.pipeline.coverage import Indices, Points, Projection
from kenpin_training.pipeline.log_odds import to_log_odds
from kenpin_training.pipeline.probe import Features, Scores

NONE = np.empty(0, np.int64)


class PoolScores(Struct, frozen=True):
    """Scores of the images of a pool by one model; NaN where it has not scored an image."""

    scores: Scores
    threshold: float

    @property
    def margins(self) -> Scores:
        """Log-odds of the scores less those of the threshold: above 0 is NG."""
        return to_log_odds(self.scores) - to_log_odds(np.array(self.threshold))


class PoolSignals(Struct, frozen=True):
    """The facts that strategies choose by, of the images of a pool; None where nobody knows."""

    model: PoolScores | None = None
    other: PoolScores | None = None
    """Of the model in production, or of the one before"""
    anomaly: PoolScores | None = None
    """Of a model of the anomaly family"""
    unfamiliar: Scores | None = None
    """Distance to what was learnt: 1 and more is like nothing of it; NaN where it is not known"""
    misses: Features | None = None
    """NG images that a model or the line judged OK"""
    rare: Features | None = None
    """Images of the rarest defect class"""


class ProjectedPool(Struct, frozen=True):
    """A pool as points of a projection."""

    points: Points
    projection: Projection

    def nearest(self, others: Features | None, most: int) -> Indices:
        """Return at most `most` images, those most like one of the others first."""
        if others is None or not len(others):
            return NONE
        distance = _nearest(self.points, self.projection.points(others))
        return np.argsort(distance, kind="stable")[:most]


def shortlist(strategy: Strategy, pool: ProjectedPool, signals: PoolSignals, most: int) -> Indices | None:
    """Return at most `most` images that the strategy may pick, best first; None: every image.

    For two verdicts entropy gives the order of the margin, so `uncertain` stands for both.
    """
    found: Indices | None
    match strategy:
        case "suspected_ng":
            found = _judged_ng(signals.model, most)
        case "anomaly":
            found = _judged_ng(signals.anomaly, most)
        case "uncertain":
            found = _highest(-np.abs(signals.model.margins), -np.inf, most) if signals.model else NONE
        case "disagreement":
            found = _judged_differently(signals.model, signals.other, most)
        case "unfamiliar":
            found = NONE if signals.unfamiliar is None else _highest(signals.unfamiliar, 1, most)
        case "near_miss":
            found = pool.nearest(signals.misses, most)
        case "rare_class":
            found = pool.nearest(signals.rare, most)
        case "diverse":
            found = None
        case _:
            assert_never(strategy)
    return found


def _highest(values: Scores, least: float, most: int) -> Indices:
    """Return the images with the highest values; those below `least` and those that are not known are left out."""
    highest = np.argsort(-values, kind="stable")[:most]
    return highest[values[highest] >= least]


def _judged_ng(model: PoolScores | None, most: int) -> Indices:
    return _highest(model.scores, model.threshold, most) if model else NONE


def _judged_differently(model: PoolScores | None, other: PoolScores | None, most: int) -> Indices:
    """Return the images with different verdicts, the greatest difference of their margins first."""
    if model is None or other is None:
        return NONE
    differ = (model.margins >= 0) != (other.margins >= 0)
    gap = np.abs(model.margins - other.margins)
    return _highest(np.where(differ, gap, np.nan), 0, most)


def _nearest(points: Points, others: Points) -> Points:
    """Return the distance of each point to the nearest of the others, squared."""
    squares = np.einsum("ij,ij->i", others, others)
    own = np.einsum("ij,ij->i", points, points)
    return np.asarray((squares - 2 * (points @ others.T)).min(axis=1) + own)

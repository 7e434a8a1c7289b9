"""Suggestions of images to label next, with reasons. Pure, and the same for the same seed."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from kenpin.domain.suggestion_strategies import HYBRID, Strategy
from kenpin_training.pipeline.coverage import Coverage, Indices, projection_of, sample_of
from kenpin_training.pipeline.probe import Features
from kenpin_training.pipeline.strategies import PoolSignals, ProjectedPool, shortlist

Reason = Strategy | Literal["control"]

CONTROL_EVERY: Final = 10
SHORTLIST: Final = 4
"""Images considered for each pick but the diverse ones, so that near copies can be skipped."""
UNSCORED: Final = PoolSignals()
"""A pool that nothing is known of"""


class Pick(Struct, frozen=True):
    """One suggested image: its place in the pool, why, and the model's score if there is one."""

    index: int
    reason: Reason
    score: float | None

    @property
    def control(self) -> bool:
        return self.reason == "control"


def rank(
    pool: Features,
    labelled: Features,
    size: int,
    seed: int,
    strategies: Sequence[Strategy] = HYBRID,
    signals: PoolSignals = UNSCORED,
) -> list[Pick]:
    """Return at most `size` images of the pool, best first. Every tenth is drawn at random, as a control.

    One of each strategy in turn, far from those picked before it and from what is labelled; a strategy that has no
    image left, or no facts to choose by, gives its turn to coverage.
    """
    size = min(size, len(pool))
    if size == 0:
        return []
    random = np.random.default_rng(seed)
    controls = random.choice(len(pool), (size + CONTROL_EVERY // 2) // CONTROL_EVERY, replace=False)
    projection = projection_of(pool, random)
    projected = ProjectedPool(projection.points(pool), projection)
    coverage = Coverage(projected.points, projection.points(sample_of(labelled, random)))
    coverage.take(controls)
    lists = {each: shortlist(each, projected, signals, _most(each, strategies, size)) for each in strategies}
    chosen = [
        _next(coverage, strategies[turn % len(strategies)], lists) for turn in range(size - len(controls))
    ]
    for n, control in enumerate(controls, 1):
        chosen.insert(n * CONTROL_EVERY - 1, (int(control), "control"))
    scores = None if signals.model is None else signals.model.scores
    return [Pick(index, reason, None if scores is None else float(scores[index])) for index, reason in chosen]


def _most(strategy: Strategy, strategies: Sequence[Strategy], size: int) -> int:
    return SHORTLIST * (size * strategies.count(strategy) // len(strategies) + 1)


def _next(
    coverage: Coverage, strategy: Strategy, lists: Mapping[Strategy, Indices | None]
) -> tuple[int, Reason]:
    index = coverage.farthest(lists[strategy])
    if index is not None:
        return index, strategy
    rest = coverage.farthest()
    assert rest is not None, "there are as many turns as images"
    return rest, "diverse"

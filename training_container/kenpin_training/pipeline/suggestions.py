"""Suggestions of images to label next, with reasons. Pure, and the same for the same seed."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from kenpin.domain.dataset.strategies import HYBRID, Strategy
from kenpin_training.pipeline.coverage import Coverage, Indices, projection_of, sample_of
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.strategies import ScoredPool, shortlist

Reason = Strategy | Literal["control"]

CONTROL_EVERY: Final = 10
SHORTLIST: Final = 4
"""Images considered for each pick but the diverse ones, so that near copies can be skipped."""


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
    scores: Scores | None,
    labelled: Features,
    size: int,
    seed: int,
    threshold: float = 0.5,
    strategies: Sequence[Strategy] = HYBRID,
    misses: Features | None = None,
) -> list[Pick]:
    """Return at most `size` images of the pool, best first. Every tenth is drawn at random, as a control.

    Without scores: those that cover the pool best, far from each other and from what is labelled. With scores, one
    of each strategy in turn, far from those picked before it; a strategy that has no image left gives its turn to
    coverage. `misses`: features of NG images that were judged OK.
    """
    size = min(size, len(pool))
    if size == 0:
        return []
    random = np.random.default_rng(seed)
    controls = random.choice(len(pool), (size + CONTROL_EVERY // 2) // CONTROL_EVERY, replace=False)
    projection = projection_of(pool, random)
    points = projection.points(pool)
    coverage = Coverage(points, projection.points(sample_of(labelled, random)))
    coverage.take(controls)
    turns: list[tuple[Reason, Indices | None]] = [("diverse", None)]
    if scores is not None:
        missed = projection.points(labelled[:0] if misses is None else misses)
        scored = ScoredPool(points, scores, threshold, missed)
        turns = [(each, shortlist(each, scored, _most(each, strategies, size))) for each in strategies]
    chosen = [_next(coverage, turns, turn) for turn in range(size - len(controls))]
    for n, control in enumerate(controls, 1):
        chosen.insert(n * CONTROL_EVERY - 1, (int(control), "control"))
    return [Pick(index, reason, None if scores is None else float(scores[index])) for index, reason in chosen]


def _most(strategy: Strategy, strategies: Sequence[Strategy], size: int) -> int:
    return SHORTLIST * (size * strategies.count(strategy) // len(strategies) + 1)


def _next(coverage: Coverage, turns: list[tuple[Reason, Indices | None]], turn: int) -> tuple[int, Reason]:
    reason, among = turns[turn % len(turns)]
    index = coverage.farthest(among)
    if index is not None:
        return index, reason
    rest = coverage.farthest()
    assert rest is not None, "there are as many turns as images"
    return rest, "diverse"

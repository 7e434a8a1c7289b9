"""Suggestions of images to label next, with reasons. Pure, and the same for the same seed."""

from typing import Final, Literal

import numpy as np
from msgspec import Struct

from kenpin_training.pipeline.coverage import Coverage, Indices, project
from kenpin_training.pipeline.log_odds import to_log_odds
from kenpin_training.pipeline.probe import Features, Scores

Reason = Literal["diverse", "uncertain", "suspected_ng", "control"]

POLICY: Final = "hybrid-1"
CONTROL_EVERY: Final = 10
SHORTLIST: Final = 4
"""Images considered for each pick as uncertain or suspected, so that near copies can be skipped."""


class Pick(Struct, frozen=True):
    """One suggested image: its place in the pool, why, and the model's score if there is one."""

    index: int
    reason: Reason
    score: float | None

    @property
    def control(self) -> bool:
        return self.reason == "control"


def rank(
    pool: Features, scores: Scores | None, labelled: Features, size: int, seed: int, threshold: float = 0.5
) -> list[Pick]:
    """Return at most `size` images of the pool, best first. Every tenth is drawn at random, as a control.

    Without scores: those that cover the pool best, far from each other and from what is labelled. With scores,
    in turn: a suspected NG, an uncertain one and one for coverage, each far from those picked before it.
    """
    size = min(size, len(pool))
    if size == 0:
        return []
    random = np.random.default_rng(seed)
    controls = random.choice(len(pool), (size + CONTROL_EVERY // 2) // CONTROL_EVERY, replace=False)
    coverage = Coverage(*project(pool, labelled, random))
    coverage.take(controls)
    turns = _turns(scores, threshold, size)
    chosen = [_next(coverage, turns, turn) for turn in range(size - len(controls))]
    for n, control in enumerate(controls, 1):
        chosen.insert(n * CONTROL_EVERY - 1, (int(control), "control"))
    return [Pick(index, reason, None if scores is None else float(scores[index])) for index, reason in chosen]


def _turns(scores: Scores | None, threshold: float, size: int) -> list[tuple[Reason, Indices | None]]:
    """Reasons in turn, each with the images it may pick from (None: all)."""
    if scores is None:
        return [("diverse", None)]
    most = SHORTLIST * (size // 3 + 1)
    distance = np.abs(to_log_odds(scores) - to_log_odds(np.array(threshold)))
    likeliest = np.argsort(-scores, kind="stable")[:most]
    suspected = likeliest[scores[likeliest] >= threshold]
    return [
        ("suspected_ng", suspected),
        ("uncertain", np.argsort(distance, kind="stable")[:most]),
        ("diverse", None),
    ]


def _next(coverage: Coverage, turns: list[tuple[Reason, Indices | None]], turn: int) -> tuple[int, Reason]:
    reason, among = turns[turn % len(turns)]
    index = coverage.farthest(among)
    if index is not None:
        return index, reason
    rest = coverage.farthest()
    assert rest is not None, "there are as many turns as images"
    return rest, "diverse"

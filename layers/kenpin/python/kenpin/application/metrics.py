"""Metrics: counts of what happens while a function works. On AWS they go to CloudWatch."""

from collections import Counter
from typing import Literal

Metric = Literal[
    "AppendConflicts",
    "ColdStart",
    "IntakeRegistered",
    "IntakeRejected",
    "ParkedStreams",
    "ProjectionLag",
    "RunsFailed",
]


class Metrics:
    """Counts since the last `take`."""

    def __init__(self) -> None:
        self._counts: Counter[Metric] = Counter()

    def add(self, metric: Metric, count: int = 1) -> None:
        self._counts[metric] += count

    def take(self) -> dict[Metric, int]:
        """Return all counts since the last call, also those of 0: that nothing is parked is worth showing."""
        taken, self._counts = dict(self._counts), Counter()
        return taken

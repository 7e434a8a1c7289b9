"""What is counted while a function works, whoever listens: CloudWatch on AWS, nobody on one machine."""

from collections import Counter
from typing import Literal

Measure = Literal[
    "AppendConflicts",
    "ColdStart",
    "IntakeRegistered",
    "IntakeRejected",
    "ParkedStreams",
    "ProjectionLag",
    "RunsFailed",
]


class Tally:
    def __init__(self) -> None:
        self._counts: Counter[Measure] = Counter()

    def add(self, measure: Measure, count: int = 1) -> None:
        self._counts[measure] += count

    def take(self) -> dict[Measure, int]:
        """Everything since the last call, zeroes too: that nothing is parked is worth telling."""
        taken, self._counts = dict(self._counts), Counter()
        return taken

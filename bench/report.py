"""Report of a measurement: figures with their spread, and the claims compared with them."""

import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Literal

from msgspec import Struct, field

Scale = Literal["small", "full"]
Value = str | int | float


class Figure(Struct, frozen=True):
    """One measured quantity over its repeats."""

    name: str
    unit: str
    min: float
    median: float
    max: float
    repeats: int


class Claim(Struct, frozen=True):
    """A figure, or the ratio of two, held against a bound."""

    name: str
    value: float
    bound: str
    """Such as `>= 20` or `<= 10`."""
    holds: bool


class Report(Struct):
    """Collects what a claim's file measures, in order."""

    sizes: dict[str, Value] = field(default_factory=dict)
    seeds: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    most_seeds: int | None = None
    """The first so many seeds alone are measured; None: all that the claim names"""
    kills: bool = False
    """Processes are killed while the claim is measured"""

    def take_seeds(self, name: str, count: int) -> range:
        """Return the seeds to measure, and note them."""
        taken = range(count if self.most_seeds is None else min(count, self.most_seeds))
        self.seeds |= {f"{name} {seed}": seed for seed in taken}
        return taken

    def add(self, name: str, unit: str, values: Sequence[float]) -> Figure:
        least, middle, most = map(rounded, spread(values))
        figure = Figure(name, unit, least, middle, most, len(values))
        self.figures.append(figure)
        return figure

    def claim_at_least(self, name: str, value: float, bound: float) -> None:
        self.claims.append(Claim(name, rounded(value), f">= {bound:g}", value >= bound))

    def claim_at_most(self, name: str, value: float, bound: float) -> None:
        self.claims.append(Claim(name, rounded(value), f"<= {bound:g}", value <= bound))


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Least, median and greatest."""
    return min(values), statistics.median(values), max(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that `share` (0..1) of the values do not exceed: the nearest rank, nothing in between."""
    rank = math.ceil(share * len(values))
    return sorted(values)[max(rank, 1) - 1]


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def print_progress(text: str) -> None:
    """Print on stderr: only the report goes to stdout."""
    print(text, file=sys.stderr, flush=True)


class Stopwatch:
    """Seconds that a `with stopwatch() as clock` block took."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    clock, start = Stopwatch(), perf_counter()
    yield clock
    clock.seconds = perf_counter() - start

"""Appends of many processes to one dataset on DynamoDB: the adapter's own code in virtual time, at several rates."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct, field

from bench.history import annotated, registered
from bench.report import Report, Scale, percentile
from bench.simulated_dynamodb import ASSUMED, PARTITION_WCU, SIGMA, Latency, SimulatedDynamoDB
from bench.virtual_time import VirtualTime
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.domain.dataset.events import AnnotationSubmitted, ImageRegistered
from kenpin.domain.event import Context
from kenpin.ports import IdempotencyKey, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEED: Final = 20_261_124
STREAM: Final = "dataset-line-1"
ACTOR: Final = Context(actor="inspector-7", correlation_id="0" * 32)
LOT: Final = 500
SLOW: Final = Latency(one_way=0.004, holding=0.016, get=0.008)
SECONDS: Final[dict[Scale, int]] = {"small": 30, "full": 300}
Batch = Callable[[int], Sequence[AnnotationSubmitted | ImageRegistered]]
"""The events of the n-th commit."""

COUNTER_NAMES: Final = {
    "tries": "tries",
    "TransactionConflict": "conflicts",
    "ConditionalCheckFailed": "lost races",
    "throttled": "throttled",
}

NOTES: Final = [
    "simulated: DynamoEventStore and its retries run as they are; time, network and table are made up, with a seed",
    f"a way takes {ASSUMED.one_way * 1e3:g} ms, a transaction holds its items {ASSUMED.holding * 1e3:g} ms, a read "
    f"takes {ASSUMED.get * 1e3:g} ms: medians of log-normal distributions (sigma {SIGMA}); assumed, not measured",
    f"all items of a dataset are on one partition, which gives {PARTITION_WCU:,} write units a second, without bursts",
    "commits come at random (Poisson), each to an idle process that remembers the head it saw, or to a new one",
    "latency: of appends that were answered; given up: Unavailable after the adapter's 25 tries",
]


class CommitCounts(Struct):
    """The outcome of all commits of a case."""

    latencies: list[float] = field(default_factory=list)
    """seconds"""
    given_up: int = 0
    processes: int = 0
    seconds: float = 0.0
    """Until the last was answered."""
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def offered(self) -> int:
        return len(self.latencies) + self.given_up


class InspectionLine:
    """Processes that append to one stream; each takes one request at a time, as a Lambda function does."""

    def __init__(self, seed: int, latency: Latency) -> None:
        self._random = Random(seed)
        random.seed(seed)  # the adapter's jitter
        self._clock, self._outcome = VirtualTime(), CommitCounts()
        self._table = SimulatedDynamoDB(self._clock, self._random, latency)
        self._idle: list[DynamoEventStore] = []

    def work(self, rate: float, seconds: float, batch: Batch) -> CommitCounts:
        when = 0.0
        for n in count():
            when += self._random.expovariate(rate)
            if when > seconds:
                break
            self._clock.at(when, partial(self._append, n, batch))
        self._clock.run()
        self._outcome.seconds, self._outcome.counted = self._clock.now, dict(self._table.counted)
        self._clock.at(self._clock.now, lambda: self._check(len(batch(0))))
        self._clock.run()
        return self._outcome

    def _check(self, size: int) -> None:
        """Assert that no answered commit is lost or stored twice."""
        assert self._idle_store().head(STREAM).version == len(self._outcome.latencies) * size

    def _append(self, n: int, batch: Batch) -> None:
        events, store, start = batch(n), self._idle_store(), self._clock.now
        guarded = {events[0].image_id: 0} if len(events) == 1 else {}
        try:
            store.append(STREAM, events, ACTOR, entities=guarded, key=IdempotencyKey(f"{n:032}", "0" * 64))
        except Unavailable:
            self._outcome.given_up += 1
        else:
            self._outcome.latencies.append(self._clock.now - start)
        self._idle.append(store)

    def _idle_store(self) -> DynamoEventStore:
        if self._idle:
            return self._idle.pop()
        self._outcome.processes += 1
        client = cast("DynamoDBClient", self._table)
        return DynamoEventStore("events", "factory", client, sleep=self._clock.sleep)


def judgement(n: int) -> list[AnnotationSubmitted]:
    return [annotated(n)]


def lot(n: int) -> list[ImageRegistered]:
    return [registered(n * LOT + k) for k in range(LOT)]


MIN_COMMITS: Final = 300
"""Commits of a case."""


class LoadCase(Struct, frozen=True):
    """Commits offered to one dataset: a judgement of one image each, or the registration of a lot."""

    rate: float
    """a second"""
    batch: Batch = judgement
    latency: Latency = ASSUMED

    def outcome(self, seconds: float) -> CommitCounts:
        """Simulate for `seconds`, or longer until MIN_COMMITS commits are offered."""
        return InspectionLine(SEED, self.latency).work(
            self.rate, max(seconds, MIN_COMMITS / self.rate), self.batch
        )


HALF_LOAD: Final = "25 judgements/s"
PROMISED_LOAD: Final = "50 judgements/s"
CASES: Final = {
    "1 judgement/s": LoadCase(1),
    "10 judgements/s": LoadCase(10),
    HALF_LOAD: LoadCase(25),
    PROMISED_LOAD: LoadCase(50),
    "75 judgements/s": LoadCase(75),
    "100 judgements/s": LoadCase(100),
    "25 judgements/s, all twice as slow": LoadCase(25, latency=SLOW),
    "50 judgements/s, all twice as slow": LoadCase(50, latency=SLOW),
    "1 lot/s": LoadCase(1, lot),
    "2 lots/s": LoadCase(2, lot),
    "4 lots/s": LoadCase(4, lot),
}


def measure(scale: Scale, report: Report) -> None:
    seconds = SECONDS[scale]
    report.notes += NOTES
    report.seeds["simulation"] = SEED
    report.sizes |= {"seconds_simulated_at_least": seconds, "events_per_lot": LOT}
    outcomes = {name: case.outcome(seconds) for name, case in CASES.items()}
    for name, outcome in outcomes.items():
        for figure, (unit, value) in figures(outcome).items():
            report.add(f"{name}, {figure}", unit, [value])
    p99 = percentile(outcomes[HALF_LOAD].latencies, 0.99) * 1e3
    report.claim_at_most(f"{HALF_LOAD}, p99 ms", p99, 250)
    report.claim_at_most(f"{PROMISED_LOAD}, given up", outcomes[PROMISED_LOAD].given_up, 0)


def figures(outcome: CommitCounts) -> dict[str, tuple[str, float]]:
    """Name → unit and value."""
    latencies = {
        f"p{share * 100:g}": ("ms", percentile(outcome.latencies, share) * 1e3) for share in (0.5, 0.95, 0.99)
    }
    counted = {
        name: ("per commit", outcome.counted.get(code, 0) / outcome.offered)
        for code, name in COUNTER_NAMES.items()
    }
    return {
        **latencies,
        "done": ("commits/s", len(outcome.latencies) / outcome.seconds),
        **counted,
        "given up": ("share", outcome.given_up / outcome.offered),
        "processes": ("at once", outcome.processes),
    }

"""Load of one dataset on AWS, on paper: what it needs of each part of a stage, and what the stage gives.

Seconds and units are those of bench/usage.py and bench/append_units.py. Limits are read from cdk.json and the manifest;
tests/cdk/test_capacity.py compares them with the templates. Limits of AWS are its documented defaults.
"""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bench.append_units import UnitCounter
from bench.bill import core_seconds
from bench.idle import StageName
from bench.simulated_dynamodb import PARTITION_WCU
from bench.usage import (
    ACU_PER_CORE,
    APPEND_S,
    CALL_MESSAGES,
    DECODE_CORE_S,
    IMAGE_ROWS_CORE_S,
    OBJECT_S,
    PROJECT_CORE_S,
    REQUEST_CORE_S,
    ROWS_CORE_S,
    STREAM_S,
    THUMBNAIL_CORE_S,
)
from functions.manifest import FUNCTIONS

CDK_JSON: Final = Path(__file__).parents[1] / "cdk.json"
MEMORY_MB: Final = {function.name: function.memory_mb for function in FUNCTIONS}
COMMITS: Final = 50
"""Commits a second to one stream, beyond which appends wait for each other (bench contention)."""
NEW_TABLE_WCU: Final = 4_000
ACCOUNT_CONCURRENCY: Final = 1_000
NEW_ACCOUNT_CONCURRENCY: Final = 10
PREFIX_PUTS: Final = 3_500
TARGET_CALLS: Final = 4_500
"""Invocations of targets by EventBridge, a second, in eu-central-1."""


class StageCapacity(Struct, frozen=True):
    """Settings of cdk/stage.py that limit a load."""

    intake_concurrency: int
    most_capacity: float
    requests_per_second: int
    reserved_concurrency: dict[str, int]


class StagesContext(Struct, frozen=True):
    stages: dict[str, StageCapacity]


class StagesFile(Struct, frozen=True):
    context: StagesContext


class DatasetLoad(Struct, frozen=True):
    """Images that come by the intake queue, and people who judge one by one, all in one dataset."""

    images_s: float = 100
    annotators: int = 50
    judgement_s: float = 2
    """Seconds in which a person judges an image."""

    @property
    def judgements_s(self) -> float:
        return self.annotators / self.judgement_s

    @property
    def deliveries_s(self) -> float:
        """Calls a second; each registers a batch in one commit."""
        return self.images_s / CALL_MESSAGES

    @property
    def commits_s(self) -> float:
        return self.deliveries_s + self.judgements_s


class Bound(Struct, frozen=True):
    """One part: what the load needs of it, its limit, and the parameter that moves the limit."""

    name: str
    unit: str
    needed: float
    limit: float
    parameter: str

    @property
    def share(self) -> float:
        """More than 1: it breaks."""
        return self.needed / self.limit


def delivery_s() -> float:
    """Seconds of one call of `deliveries`: each image decoded, copied and registered."""
    work = core_seconds(CALL_MESSAGES * DECODE_CORE_S, MEMORY_MB["deliveries"])
    return work + 3 * CALL_MESSAGES * OBJECT_S + APPEND_S


def write_units(load: DatasetLoad) -> float:
    """DynamoDB's write units a second, all of one partition."""
    registered, judged = UnitCounter().register(CALL_MESSAGES), UnitCounter().judge(1)
    return load.deliveries_s * registered.write + load.judgements_s * judged.write


def projector_busy(load: DatasetLoad) -> float:
    """Share of the time in which the one projector of the dataset's shard works."""
    work = load.commits_s * core_seconds(PROJECT_CORE_S, MEMORY_MB["projector"])
    return work + min(load.commits_s, 1 / (2 * STREAM_S)) * APPEND_S


def running_commands(load: DatasetLoad) -> float:
    """Calls of `commands` that run at the same time."""
    return load.judgements_s * (core_seconds(REQUEST_CORE_S, MEMORY_MB["commands"]) + APPEND_S)


def running(load: DatasetLoad) -> float:
    """Functions that run at the same time."""
    commands = running_commands(load)
    thumbnail_s = core_seconds(THUMBNAIL_CORE_S, MEMORY_MB["thumbnails"]) + 3 * OBJECT_S
    return commands + load.images_s * thumbnail_s + load.deliveries_s * delivery_s() + projector_busy(load)


def capacity_units(load: DatasetLoad) -> float:
    """Aurora's ACU."""
    return ACU_PER_CORE * (load.images_s * IMAGE_ROWS_CORE_S + load.judgements_s * ROWS_CORE_S)


def bounds(stage: StageName, load: DatasetLoad | None = None) -> list[Bound]:
    """Return every part of a stage under the load, the fullest first."""
    load, given = load or DatasetLoad(), stage_capacity(stage)
    concurrency, memory = "quota of the account: concurrent executions", "`memory_mb` of `projector`"
    found = [
        Bound(
            "intake: calls of `deliveries`",
            "at a time",
            load.deliveries_s * delivery_s(),
            given.intake_concurrency,
            "`intake_concurrency`",
        ),
        Bound("head of the dataset", "commits/s", load.commits_s, COMMITS, "judge several in one request"),
        Bound(
            "partition of the dataset", "write units/s", write_units(load), PARTITION_WCU, "split the dataset"
        ),
        Bound("projector of the shard", "share of the time", projector_busy(load), 1, memory),
        Bound(
            "API: requests of people",
            "requests/s",
            load.judgements_s * 1.01,
            given.requests_per_second,
            "`requests_per_second`",
        ),
        Bound(
            "API: calls of `commands`",
            "at a time",
            running_commands(load),
            given.reserved_concurrency.get("commands", ACCOUNT_CONCURRENCY),
            "`reserved_concurrency`",
        ),
        Bound("functions in a new account", "at a time", running(load), NEW_ACCOUNT_CONCURRENCY, concurrency),
        Bound("functions", "at a time", running(load), ACCOUNT_CONCURRENCY, concurrency),
        Bound("Aurora", "ACU", capacity_units(load), given.most_capacity, "`most_capacity`"),
        Bound("new table", "write units/s", write_units(load), NEW_TABLE_WCU, "warm throughput"),
        Bound("prefix `images/` of S3", "objects/s", load.images_s, PREFIX_PUTS, "S3 splits it by itself"),
        Bound("EventBridge, targets", "calls/s", 2 * load.images_s, TARGET_CALLS, "quota of the account"),
    ]
    return sorted(found, key=lambda bound: bound.share, reverse=True)


def most_images_s(stage: StageName, part: str) -> float:
    """Return the images a second at which a part is full, with the people of the load judging as before."""
    low, high = 0.0, 100_000.0
    for _ in range(40):
        middle = (low + high) / 2
        full = _named(bounds(stage, DatasetLoad(images_s=middle)), part).share > 1
        low, high = (low, middle) if full else (middle, high)
    return low


def _named(found: list[Bound], name: str) -> Bound:
    return next(bound for bound in found if bound.name == name)


def stage_capacity(name: StageName) -> StageCapacity:
    return msgspec.json.decode(CDK_JSON.read_bytes(), type=StagesFile).context.stages[name]

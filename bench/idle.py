"""Cost of the idle platform: resources that exist for a month, and work that runs all the time.

The number of resources is read from cdk.json and the manifest where possible;
tests/cdk/test_what_is_billed.py compares all of it with the templates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from bench.bill import HOURS, BillLine, lambda_lines
from functions.manifest import FUNCTIONS, Function

StageName = Literal["dev", "prod"]

CDK_JSON: Final = Path(__file__).parents[1] / "cdk.json"
SECONDS: Final = HOURS * 3_600
ENDPOINTS: Final = 4
"""SQS, the image registry (2), logs."""
GPU_ENDPOINTS: Final = 3
ALARM_METRICS: Final = 74
"""An alarm is billed for each metric that it looks at: 49 alarms, of which some work out one number from several."""
AWAKE_ALARM_METRICS: Final = 2
"""Metrics of the alarms for proxy and pipe, which a stage that sleeps does not have."""
MACHINE_CLIENTS: Final = 1
"""Clients of factory systems, for which Cognito charges by the month."""
TOKENS: Final = 24 * 30
"""Tokens a month of one factory system that uses each for its hour."""
FLOW_LOG_GB: Final = 0.05
"""Flow logs of functions that call AWS once a minute; estimated: two records of 100 bytes for three addresses."""
ROWS_GB: Final = 1
"""Storage of the rows; their backup is as large. Estimated; table and bucket hold next to nothing."""
KENPIN_METRICS: Final = (
    "AppendConflicts",
    "ColdStart",
    "IntakeRegistered",
    "IntakeRejected",
    "ParkedStreams",
    "ProjectionLag",
    "RunSeconds",
    "RunsFailed",
)
"""Metrics of functions and tasks, billed for each hour with a value; here, as if every hour had one."""
INSIGHT_METRICS: Final = 8
"""Metrics of Container Insights for a cluster and a service without a task; assumed."""
SHARDS: Final = 4
"""Of the stream of a new table; assumed."""
POLLS_PER_SHARD: Final = 4
"""A second and shard, by a pipe."""
POLLERS: Final = 5
"""With which Lambda asks a queue that is empty, for 20 seconds each time."""
SWEEP_CORE_S: Final = 0.03
SEAL_CORE_S: Final = 0.02
WAITING_S: Final = 0.1
"""For DynamoDB, SQS and Aurora, by a sweep that finds nothing to do; assumed."""


class BilledStage(Struct, frozen=True):
    """Settings of cdk/stage.py that are billed while nobody comes."""

    sleeps: bool
    least_capacity: float
    readers: int
    endpoint_zones: int
    gpu_tasks: int
    waf: bool


class CdkContext(Struct, frozen=True):
    stages: dict[str, BilledStage]


class CdkJson(Struct, frozen=True):
    context: CdkContext


def idle(stage: StageName, streams: int = 200) -> list[BillLine]:
    """A month in which nobody comes. The sweeper looks at every stream each minute, the sealer each hour,
    erasures every five minutes, anchors once a day.
    """
    return [*standing_resources(_stage(stage)), *recurring_work(streams)]


def standing_resources(stage: BilledStage) -> list[BillLine]:
    """Bill of resources that stand there."""
    return [
        *([] if stage.sleeps else _hourly_resources(stage)),
        BillLine("rows", ROWS_GB, "aurora GB-month"),
        BillLine("backups of rows", ROWS_GB, "aurora backup GB-month"),
        BillLine("client of factory systems", MACHINE_CLIENTS, "cognito client month"),
        BillLine("tokens of one factory system", TOKENS, "cognito machine token"),
        BillLine("flow logs", FLOW_LOG_GB, "log GB"),
        BillLine("keys: anchors, rows, alarms", 3, "kms key month"),
        BillLine("secrets: addresses of files, front door", 2 if stage.waf else 1, "secret month"),
        BillLine("alarms, by the metrics they look at", _alarm_metrics(stage), "alarm metric month"),
        BillLine("dashboard", 1, "dashboard month"),
        BillLine("metrics that Kenpin tells", len(KENPIN_METRICS), "metric month"),
        BillLine("metrics of Container Insights", INSIGHT_METRICS, "metric month"),
        BillLine("logs", 1, "log GB"),
        BillLine("training image", 2.5, "ecr GB-month"),
        *([BillLine("WAF", 1, "waf month")] if stage.waf else []),
    ]


def _hourly_resources(stage: BilledStage) -> list[BillLine]:
    """Bill of what a stage that sleeps does without."""
    capacity = (1 + stage.readers) * stage.least_capacity
    endpoints = ENDPOINTS + (GPU_ENDPOINTS if stage.gpu_tasks else 0)
    return [
        BillLine("Aurora, its least capacity", capacity * HOURS, "aurora ACU-hour"),
        BillLine("RDS Proxy, billed as 8 ACU at least", max(8, capacity) * HOURS, "rds proxy ACU-hour"),
        BillLine(
            "VPC endpoints: SQS, ECR (2), logs",
            endpoints * stage.endpoint_zones * HOURS,
            "interface endpoint hour",
        ),
        BillLine(
            "polling of the table's stream by the pipe",
            SHARDS * POLLS_PER_SHARD * SECONDS,
            "dynamodb stream read",
        ),
    ]


def _alarm_metrics(stage: BilledStage) -> int:
    return ALARM_METRICS + (0 if stage.sleeps else AWAKE_ALARM_METRICS)


def recurring_work(streams: int) -> list[BillLine]:
    """Bill of clocks and readers, which never rest."""
    sweeper, sealer = _function("sweeper"), _function("sealer")
    sweeps, seals = SECONDS / sweeper.every_seconds, SECONDS / sealer.every_seconds
    erasures, anchors = _function("erasures"), _function("anchors")
    erasure_calls, anchor_calls = SECONDS / erasures.every_seconds, SECONDS / anchors.every_seconds
    reads_per_call = 1.5 * streams + 4
    return [
        BillLine("clocks", sweeps + seals + erasure_calls + anchor_calls, "scheduler call"),
        *lambda_lines("sweeper", sweeps, sweeper.memory_mb, SWEEP_CORE_S, WAITING_S),
        BillLine(f"sweeper: heads of {streams} streams", sweeps * reads_per_call, "dynamodb read unit"),
        BillLine("sweeper: dead jobs", sweeps, "sqs fifo request"),
        *lambda_lines("sealer", seals, sealer.memory_mb, SEAL_CORE_S, WAITING_S),
        BillLine(f"sealer: heads of {streams} streams", seals * reads_per_call, "dynamodb read unit"),
        *lambda_lines("erasures", erasure_calls, erasures.memory_mb, SEAL_CORE_S, WAITING_S),
        *lambda_lines("anchors", anchor_calls, anchors.memory_mb, SEAL_CORE_S, WAITING_S),
        BillLine(f"anchors: heads of {streams} streams", anchor_calls * reads_per_call, "dynamodb read unit"),
        BillLine("traces of all four", sweeps + seals + erasure_calls + anchor_calls, "trace"),
        BillLine("marks of quiet clocks, looked up", sweeps + erasure_calls, "s3 get"),
        BillLine(
            f"erasures: heads of {streams} streams", erasure_calls * reads_per_call, "dynamodb read unit"
        ),
        BillLine("polling of the intake queue", POLLERS * SECONDS / 20, "sqs request"),
    ]


def _stage(name: StageName) -> BilledStage:
    return msgspec.json.decode(CDK_JSON.read_bytes(), type=CdkJson).context.stages[name]


def _function(name: str) -> Function:
    return next(function for function in FUNCTIONS if function.name == name)

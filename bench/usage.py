"""Use of AWS by Kenpin: for images, for labels, for a run.

Units of DynamoDB are counted (append_units.py). Seconds of a core were measured on one machine (docs/performance.md and
the functions named here), and waiting is assumed; both are numbers here, so that the same code gives the same bill.
"""

from typing import Final

from bench.append_units import UnitCounter, Units
from bench.bill import BillLine, core_seconds, lambda_lines
from bench.history import file_of

MILLION: Final = 1_000_000
GB: Final = 1e9
IMAGE_GB: Final = file_of(0).size / GB
THUMBNAIL_GB: Final = 12_000 / GB
REQUEST_IMAGES: Final = 200
"""Images of one registration, the most that the API takes."""
CALL_MESSAGES: Final = 10
"""Messages of the intake queue that a function takes at once."""
ROW_GB: Final = 2_000 / GB
"""Of an image in Aurora, with its indexes; estimated."""
ROW_IO: Final = 8
"""Reads and writes of Aurora's storage for a change of an image: rows, indexes, log; estimated."""
ANSWER_GB: Final = 500 / GB
PAGE_GB: Final = 100_000 / GB
"""Of a judgement's answer, and of a page of 100 images."""
ACU_PER_CORE: Final = 4
"""Aurora gives about a quarter of a core with 2 GiB; estimated."""

DECODE_CORE_S: Final = 0.005
"""Decode an image once (application.arrivals), 1280 × 960 PNG."""
THUMBNAIL_CORE_S: Final = 0.010
"""application.thumbnails, the same image."""
REQUEST_CORE_S: Final = 0.004
"""A judgement in the API, without the database's part (bench api)."""
PROJECT_CORE_S: Final = 0.006
"""Three read models advanced by one event."""
IMAGE_ROWS_CORE_S: Final = 40e-6
"""The database's part of projecting an image that comes with many (bench store)."""
REBUILD_CORE_S: Final = 1 / 54_410
"""An event of a history that one read model reads anew (bench store), the database's part with it."""
PROJECTIONS: Final = 3
"""Of a dataset; each reads its stream."""
SWEEP_S: Final = 290
"""Seconds that one sweep works when it does not get to the end."""
ROWS_CORE_S: Final = 0.003
"""The database's part of a judgement: written by the projector, read by the decision."""
OBJECT_S: Final = 0.025
"""Waiting for one object of S3; assumed."""
APPEND_S: Final = 0.030
"""Waiting for four calls of DynamoDB and two of Aurora; assumed."""

GATEWAY_S: Final = 0.010
"""API Gateway with the check of a token; assumed."""
STREAM_S: Final = 0.125
"""Until a function hears of a change in the table: Lambda asks four times a second; on average."""

TASK_SIZE: Final = (4, 16)
"""vCPU and GB of a training task."""
STARTUP_S: Final = 90
"""From a task's start to its first line: fetching the image, importing TensorFlow; assumed."""
MACHINE_OVERHEAD_S: Final = 600
"""A machine with a GPU starts, and waits after its last run; assumed."""
GPU_SPEEDUP: Final = 10
"""Fine-tuning on one T4 against two cores; assumed."""
RUN_IMAGES: Final = 2_624
PROBE_S: Final = 37
FINE_TUNE_S: Final = 833
"""ELPV on two cores (docs/performance.md)."""


def images(count: int = MILLION) -> list[BillLine]:
    """Uploaded and registered through the API in batches, each looked into, thumbnailed and projected."""
    batches = count / REQUEST_IMAGES
    return [
        *_stored(count, copies=1),
        *lambda_lines(
            "commands (plan uploads)",
            batches,
            512,
            REQUEST_IMAGES * 0.0003,
            REQUEST_IMAGES / 16 * OBJECT_S,
        ),
        *lambda_lines(
            "commands (register)",
            batches,
            512,
            REQUEST_IMAGES * DECODE_CORE_S,
            REQUEST_IMAGES * OBJECT_S,
        ),
        BillLine("requests", 2 * batches, "http api request"),
        *_registered(count, REQUEST_IMAGES),
    ]


def inbox(count: int = MILLION) -> list[BillLine]:
    """Stored under inbox/ by the line: S3 tells the bus, a rule the intake queue, and that `deliveries`."""
    batches = count / CALL_MESSAGES
    return [
        *_stored(count, copies=2),
        BillLine("in the inbox for a month", count * IMAGE_GB, "s3 GB-month"),
        BillLine("queue: sent, and taken by tens", count + 2 * batches, "sqs request"),
        *lambda_lines(
            "deliveries", batches, 1_024, CALL_MESSAGES * DECODE_CORE_S, 3 * CALL_MESSAGES * OBJECT_S
        ),
        *_registered(count, CALL_MESSAGES),
    ]


def _stored(count: float, copies: int) -> list[BillLine]:
    """The image in so many places and its thumbnail; S3 tells of each but the last."""
    return [
        BillLine("objects stored", (copies + 1) * count, "s3 put"),
        BillLine("objects asked for and read", (3 + copies) * count, "s3 get"),
        BillLine("objects stored, told", copies * count, "eventbridge event"),
        *lambda_lines("thumbnails", count, 1_024, THUMBNAIL_CORE_S, 3 * OBJECT_S),
    ]


def _registered(count: float, batch: int) -> list[BillLine]:
    batches = count / batch
    return [
        *_appends(UnitCounter().register(batch), batches),
        *_wakeups(batches, core_s=max(PROJECT_CORE_S, batch * 0.00025)),
        BillLine("rows", count * IMAGE_ROWS_CORE_S * ACU_PER_CORE / 3_600, "aurora ACU-hour"),
        BillLine("rows: I/O", count * ROW_IO, "aurora request"),
    ]


def rebuilt(events: int = MILLION) -> list[BillLine]:
    """Rows made again from the table, by the state machine that sweeps until no stream is behind."""
    core_s = PROJECTIONS * events * REBUILD_CORE_S
    sweeps = max(1.0, core_seconds(core_s, 1_024) / SWEEP_S)
    counter = UnitCounter()
    counter.register(REQUEST_IMAGES)
    return [
        BillLine("state machine", 4 * sweeps, "step transition"),
        *lambda_lines("sweeper", sweeps, 1_024, core_s / sweeps),
        BillLine(
            "reads of three projections",
            PROJECTIONS * counter.read(REQUEST_IMAGES).read * events / REQUEST_IMAGES,
            "dynamodb read unit",
        ),
        BillLine("rows", core_s * ACU_PER_CORE / 3_600, "aurora ACU-hour"),
        BillLine("rows: I/O", events * ROW_IO, "aurora request"),
    ]


def kept(count: int = MILLION) -> list[BillLine]:
    """Bill of a month of having these images, each judged once."""
    registered, judged = UnitCounter().register(REQUEST_IMAGES), UnitCounter().judge(1)
    events_gb = count * (registered.bytes / REQUEST_IMAGES + judged.bytes) / GB
    return [
        BillLine("images and thumbnails", count * (IMAGE_GB + THUMBNAIL_GB), "s3 GB-month"),
        BillLine("events", events_gb, "dynamodb GB-month"),
        BillLine("events, restorable to any second", events_gb, "dynamodb backup GB-month"),
        BillLine("rows", 2 * count * ROW_GB, "aurora GB-month"),
    ]


def labels(count: int = MILLION, per_request: int = 1) -> list[BillLine]:
    """Judged one by one from the keyboard, every image looked at in full, with a page read for each hundred."""
    requests, units = count / per_request, UnitCounter().judge(per_request)
    pages = count / 100
    return [
        BillLine("requests", requests + pages, "http api request"),
        BillLine("requests through CloudFront", requests + pages, "cloudfront request"),
        BillLine("answers through CloudFront", requests * ANSWER_GB + pages * PAGE_GB, "cloudfront GB"),
        *lambda_lines("commands", requests, 512, REQUEST_CORE_S, APPEND_S),
        *lambda_lines("queries", pages, 512, 0.02, 0.02),
        *_appends(units, requests),
        *_wakeups(requests, core_s=PROJECT_CORE_S),
        BillLine("rows", count * ROWS_CORE_S * ACU_PER_CORE / 3_600, "aurora ACU-hour"),
        BillLine("rows: I/O", count * ROW_IO, "aurora request"),
        BillLine("images and thumbnails fetched", 2 * count, "s3 get"),
        BillLine("images and thumbnails through CloudFront", 2 * count, "cloudfront request"),
        BillLine("signatures checked", 2 * count, "cloudfront function call"),
        BillLine("images and thumbnails sent", count * (IMAGE_GB + THUMBNAIL_GB), "cloudfront GB"),
    ]


def _appends(units: Units, times: float) -> list[BillLine]:
    return [
        BillLine("appends", units.write * times, "dynamodb write unit"),
        BillLine("reads of the decision", units.read * times, "dynamodb read unit"),
    ]


def _wakeups(commits: float, core_s: float) -> list[BillLine]:
    """Bill of the wake-ups after each commit to a dataset: the stream wakes the projector, and a pipe tells the bus.

    Nothing reacts to datasets, so no rule of ours hears of them there.
    """
    counter = UnitCounter()
    counter.judge(1)
    read = counter.read(1)
    return [
        BillLine("pipe", commits, "pipe request"),
        BillLine("bus", commits, "eventbridge event"),
        *lambda_lines("projector", commits, 1_024, core_s, APPEND_S),
        BillLine("reads of three projections", PROJECTIONS * read.read * commits, "dynamodb read unit"),
    ]


def budget() -> dict[str, float]:
    """Time of a judgement when nobody else judges in the dataset, step → seconds."""
    steps = {
        "gateway and token": GATEWAY_S,
        "the function's own work": core_seconds(REQUEST_CORE_S, 512),
        "waiting for DynamoDB and Aurora": APPEND_S,
    }
    answered = sum(steps.values())
    after = {
        "the stream wakes the projector": STREAM_S,
        "the projector's own work": core_seconds(PROJECT_CORE_S, 1_024),
        "waiting for DynamoDB and Aurora, again": APPEND_S,
    }
    return {**steps, "**answered**": answered, **after, "**rows show it**": answered + sum(after.values())}


def run_on_cpu(seconds: float) -> list[BillLine]:
    hours, (cores, memory) = (STARTUP_S + seconds) / 3_600, TASK_SIZE
    return [
        BillLine("task", cores * hours, "fargate vCPU-hour"),
        BillLine("task's memory", memory * hours, "fargate GB-hour"),
        *_run_overhead(seconds),
    ]


def run_on_gpu(seconds: float) -> list[BillLine]:
    hours = (MACHINE_OVERHEAD_S + STARTUP_S + seconds / GPU_SPEEDUP) / 3_600
    return [BillLine("machine", hours, "g4dn.xlarge hour"), *_run_overhead(seconds / GPU_SPEEDUP)]


def _run_overhead(seconds: float) -> list[BillLine]:
    """Images read, results stored, some thirty events, and a heartbeat every ten seconds."""
    return [
        BillLine("images read", RUN_IMAGES, "s3 get"),
        BillLine("model, scores, checkpoints", 15, "s3 put"),
        BillLine("events", 30 * 4, "dynamodb write unit"),
        BillLine("job and heartbeats", 10 + seconds / 10, "sqs fifo request"),
    ]

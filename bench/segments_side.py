"""Histories for the claim `segments`: in a folder, and sealed behind an empty table."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from mypy_boto3_dynamodb import DynamoDBClient

from bench.report import stopwatch
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.adapters.aws.segments import object_name, segment_sk
from kenpin.adapters.filesystem.segments import SegmentFolder
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.segment import Segment
from kenpin.domain.catalogue import history_in
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.ports import History

TENANT = "local"


def segment_folder(path: Path) -> SegmentFolder:
    return SegmentFolder(path, TENANT)


def sealed_store(path: Path, stream: str) -> DynamoEventStore:
    """Return the AWS store with segments in memory and a table that has no commits."""
    objects, items = MemoryObjectStore(), []
    for file in sorted((path / stream).iterdir()):
        with file.open("rb") as body:
            header = Segment(body).header
            body.seek(0)
            objects.put(object_name(header), body)
        items.append(
            {
                "sk": {"S": segment_sk(header.first)},
                "last": {"N": str(header.last)},
                "previous": {"S": header.previous},
                "hash": {"S": header.hash},
            }
        )

    def query(ExpressionAttributeValues: dict[str, dict[str, str]], **_: object) -> object:
        of_segments = ExpressionAttributeValues[":low"]["S"].startswith("Z")
        return {"Items": items if of_segments else []}

    client = cast("DynamoDBClient", SimpleNamespace(query=query))
    return DynamoEventStore("none", TENANT, client, objects=objects)


def read(history: History, stream: str, events: int) -> float:
    """Seconds to read the stream's commits."""
    with stopwatch() as clock:
        assert sum(commit.count for commit in history.read(stream)) == events
    return clock.seconds


def replay(history: History, stream: str, images: int) -> float:
    """Seconds to read, decode and fold the stream."""
    with stopwatch() as clock:
        state = dataset.fold(cast("Iterator[DatasetEvent]", history_in(history.read(stream))))
    assert len(state.images) == images
    return clock.seconds


def bytes_in(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*.segment"))

"""Every adapter of a port behind one fixture, so that one suite holds them all to the same contract."""

import uuid
from collections.abc import Iterator

import pytest

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.ports import EventStore
from tests.contracts.dynamodb import dynamodb, dynamodb_event_store
from tests.contracts.jobs import make_queue, queue
from tests.contracts.s3 import s3_object_store
from tests.contracts.sqs import sqs_job_queue

__all__ = ["dynamodb", "dynamodb_event_store", "make_queue", "queue", "s3_object_store", "sqs_job_queue"]

STORES = ["memory", "postgres", "dynamodb"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> EventStore:
    """An event store that no one else uses; tests take streams of their own from `stream`."""
    if request.param == "memory":
        return MemoryEventStore("contract")
    fixture: EventStore = request.getfixturevalue(f"{request.param}_event_store")
    return fixture


@pytest.fixture
def stream() -> Iterator[str]:
    yield f"dataset-{uuid.uuid4().hex[:12]}"

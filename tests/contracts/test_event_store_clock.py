"""The contract of every event store about clocks: the times of a stream never decrease."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.domain.catalogue import Meta, meta_of
from kenpin.domain.commit import Head, genesis, verify
from kenpin.ports import EventStore
from tests.contracts.dynamodb import TABLE
from tests.contracts.test_event_store import ME, tags

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SetClock:
    """The clock of the machine that runs every event store."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self, zone: object) -> datetime:
        assert zone is UTC
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    clock = SetClock()
    for adapter in ("memory", "postgres", "aws"):
        module = import_module(f"kenpin.adapters.{adapter}.event_store")
        monkeypatch.setattr(module, "datetime", clock)
    return clock


def metas(store: EventStore, stream: str) -> list[Meta]:
    return [meta_of(commit) for commit in store.read(stream)]


def append_at(store: EventStore, stream: str, clock: SetClock, *times: datetime) -> None:
    for time in times:
        clock.time = time
        store.append(stream, tags("a"), ME)


def test_a_clock_set_back_leaves_the_time_where_it_was_and_is_kept(
    store: EventStore, stream: str, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    back, later = NOON - timedelta(hours=3), NOON + timedelta(minutes=1)
    with caplog.at_level(logging.WARNING, "kenpin.event_store"):
        append_at(store, stream, clock, NOON, back, later)
    stored = metas(store, stream)
    assert [(meta.recorded_at, meta.clock) for meta in stored] == [(NOON, None), (NOON, back), (later, None)]
    assert [meta.actor for meta in stored] == ["inspector"] * 3
    found = list(verify(Head(stream, 0, genesis(store.tenant, stream)), store.read(stream)))
    assert found == [store.head(stream)]
    if not type(store).__name__.startswith("Memory"):
        assert caplog.messages == [
            f"{stream}: this clock is behind the time of the commit before, which the new commit takes"
        ]


def test_writers_whose_commits_change_places_by_a_moment_are_not_told_of_a_clock(
    store: EventStore, stream: str, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    append_at(store, stream, clock, NOON, NOON - timedelta(seconds=1), NOON)
    assert [(meta.recorded_at, meta.clock) for meta in metas(store, stream)] == [(NOON, None)] * 3
    assert caplog.messages == []


def test_another_stream_has_times_of_its_own(store: EventStore, stream: str, clock: SetClock) -> None:
    append_at(store, stream, clock, NOON)
    append_at(store, f"{stream}-b", clock, NOON - timedelta(hours=3))
    assert metas(store, f"{stream}-b")[0].recorded_at == NOON - timedelta(hours=3)


def test_a_restored_stream_goes_on_from_its_last_time(
    store: EventStore, stream: str, clock: SetClock
) -> None:
    from kenpin.adapters.memory.event_store import MemoryEventStore

    elsewhere = MemoryEventStore(store.tenant)
    append_at(elsewhere, stream, clock, NOON)
    store.restore(stream, elsewhere.read(stream))
    append_at(store, stream, clock, NOON - timedelta(hours=3))
    assert [meta.recorded_at for meta in metas(store, stream)] == [NOON, NOON]


def test_a_head_of_dynamodb_that_was_stored_without_a_time_has_that_of_its_commit(
    dynamodb_event_store: DynamoEventStore, dynamodb: DynamoDBClient, stream: str, clock: SetClock
) -> None:
    append_at(dynamodb_event_store, stream, clock, NOON)
    dynamodb.update_item(
        TableName=TABLE,
        Key={"pk": {"S": f"contract#{stream}"}, "sk": {"S": "H"}},
        UpdateExpression="REMOVE recorded_at",
    )
    another = DynamoEventStore(TABLE, "contract", dynamodb)
    append_at(another, stream, clock, NOON - timedelta(hours=3))
    assert [meta.recorded_at for meta in metas(another, stream)] == [NOON, NOON]

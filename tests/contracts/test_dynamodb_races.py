"""Concurrent writers on one stream of DynamoDB: a lost race is retried unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.application.metrics import Metrics
from kenpin.ports import ConcurrencyConflict
from tests.contracts.dynamodb import TABLE
from tests.contracts.faults import error
from tests.contracts.faulty import (
    CONFLICT,
    ME,
    STREAM,
    Faulty,
    faulty,
    other,
    pauses,
    refusing,
    store,
    tag,
    whole,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["faulty", "other", "pauses", "store"]


def test_a_lost_race_is_run_again_at_once_on_the_head_that_the_refusal_carries(
    store: DynamoEventStore, other: DynamoEventStore, faulty: Faulty, pauses: list[float]
) -> None:
    store.append(STREAM, tag("a"), ME)
    other.append(STREAM, tag("b"), ME)
    faulty.calls.clear()
    assert store.append(STREAM, tag("c"), ME).version == 3
    assert faulty.calls == ["transact_write_items", "transact_write_items"]
    assert pauses == []
    assert whole(store)


def test_a_pause_is_followed_by_the_head_as_it_stands_then(
    faulty: Faulty, other: DynamoEventStore, dynamodb: DynamoDBClient
) -> None:
    def others_go_on(_: float) -> None:
        other.append(STREAM, tag("b"), ME)

    store = DynamoEventStore(TABLE, "contract", cast("DynamoDBClient", faulty), sleep=others_go_on)
    store.append(STREAM, tag("a"), ME)
    met = error("TransactionCanceledException", reasons=("TransactionConflict", "None"))
    faulty.faults["transact_write_items"] = [refusing(met)]
    faulty.calls.clear()
    assert store.append(STREAM, tag("c"), ME).version == 3
    assert faulty.calls == ["transact_write_items", "get_item", "transact_write_items"]


def test_races_that_are_always_lost_end_in_a_pause(
    store: DynamoEventStore, other: DynamoEventStore, faulty: Faulty, pauses: list[float]
) -> None:
    def lost(request: Callable[[], object]) -> object:
        other.append(STREAM, tag("b"), ME)
        return request()

    faulty.faults["transact_write_items"] = [lost] * 10
    assert store.append(STREAM, tag("a"), ME).version == 11
    assert len(pauses) == 1
    assert whole(store)


def test_a_race_that_is_lost_unseen_is_counted(
    dynamodb: DynamoDBClient, other: DynamoEventStore, faulty: Faulty
) -> None:
    metrics = Metrics()
    client = cast("DynamoDBClient", faulty)
    store = DynamoEventStore(TABLE, "contract", client, sleep=lambda _: None, metrics=metrics)
    faulty.faults["transact_write_items"] = [CONFLICT]
    store.append(STREAM, tag("a"), ME)
    assert metrics.take() == {"AppendConflicts": 1}
    store.append(STREAM, tag("b"), ME)
    assert metrics.take() == {}
    other.append(STREAM, tag("c"), ME)
    store.append(STREAM, tag("d"), ME)
    assert metrics.take() == {"AppendConflicts": 1}


def test_a_stale_memory_of_the_head_does_not_make_a_conflict(
    store: DynamoEventStore, other: DynamoEventStore
) -> None:
    store.append(STREAM, tag("a"), ME)
    other.append(STREAM, tag("b"), ME)
    assert store.append(STREAM, tag("c"), ME, expected=2).version == 3
    other.append(STREAM, tag("d"), ME)
    with pytest.raises(ConcurrencyConflict) as conflict:
        store.append(STREAM, tag("e"), ME, expected=3)
    assert conflict.value.actual == 4


def test_four_writers_at_once_lose_nothing(dynamodb: DynamoDBClient) -> None:
    writers = [DynamoEventStore(TABLE, "contract", dynamodb) for _ in range(4)]

    def write(writer: DynamoEventStore) -> list[int]:
        return [writer.append(STREAM, tag(f"{n}"), ME).version for n in range(8)]

    with ThreadPoolExecutor(4) as pool:
        versions = [version for own in pool.map(write, writers) for version in own]
    assert sorted(versions) == list(range(1, 33))
    assert whole(writers[0])

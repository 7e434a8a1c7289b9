"""Faults of DynamoDB that moto lacks: conflicts, throttling, lost answers, answers out of order."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.domain.commit import Head
from kenpin.ports import EntityConflict, IdempotencyKey, KeyReused, Unavailable
from tests.contracts.dynamodb import TABLE
from tests.contracts.faults import error
from tests.contracts.faulty import (
    CONFLICT,
    DENIED,
    ME,
    SERVER_FAULT,
    STREAM,
    THROTTLED,
    THROTTLED_INSIDE,
    UNREACHABLE,
    Fault,
    Faulty,
    faulty,
    losing_the_answer,
    other,
    pauses,
    refusing,
    store,
    tag,
    whole,
)

__all__ = ["faulty", "other", "pauses", "store"]


@pytest.mark.parametrize("fault", [CONFLICT, THROTTLED, THROTTLED_INSIDE, SERVER_FAULT, UNREACHABLE])
def test_a_passing_fault_is_never_seen(
    fault: Fault, store: DynamoEventStore, faulty: Faulty, pauses: list[float]
) -> None:
    faulty.faults["transact_write_items"] = [fault, fault, fault]
    assert store.append(STREAM, tag("a"), ME).version == 1
    assert len(pauses) == 3
    assert whole(store)


@pytest.mark.parametrize("fault", [CONFLICT, THROTTLED, SERVER_FAULT])
def test_a_lasting_fault_ends_in_unavailable_within_a_few_seconds(
    fault: Fault, store: DynamoEventStore, faulty: Faulty, pauses: list[float]
) -> None:
    faulty.faults["transact_write_items"] = [fault] * 100
    with pytest.raises(Unavailable):
        store.append(STREAM, tag("a"), ME)
    assert sum(pauses) < 12
    assert store.head(STREAM).version == 0


def test_an_error_that_waiting_does_not_heal_comes_through_at_once(
    store: DynamoEventStore, faulty: Faulty
) -> None:
    faulty.faults["transact_write_items"] = [DENIED]
    with pytest.raises(ClientError, match="AccessDenied"):
        store.append(STREAM, tag("a"), ME)


def test_a_lost_answer_is_found_again_by_its_key(store: DynamoEventStore, faulty: Faulty) -> None:
    faulty.faults["transact_write_items"] = [losing_the_answer]
    key = IdempotencyKey("k1", "f")
    first = store.append(STREAM, tag("a"), ME, key=key)
    assert (first.first, first.version) == (1, 1)
    assert store.append(STREAM, tag("a"), ME, key=key) == first
    assert store.head(STREAM).version == 1
    with pytest.raises(KeyReused):
        store.append(STREAM, tag("b"), ME, key=IdempotencyKey("k1", "g"))


def test_a_lost_answer_is_found_again_by_its_hash(store: DynamoEventStore, faulty: Faulty) -> None:
    faulty.faults["transact_write_items"] = [losing_the_answer]
    first = store.append(STREAM, tag("a"), ME, expected=0)
    assert store.head(STREAM) == Head(STREAM, first.version, first.hash)
    assert first.version == 1


def test_a_lost_answer_is_found_again_after_others_went_on(
    store: DynamoEventStore, other: DynamoEventStore, faulty: Faulty
) -> None:
    def losing_the_answer_while_others_go_on(request: Callable[[], object]) -> object:
        request()
        other.append(STREAM, tag("b"), ME)
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    conflict = refusing(
        error("TransactionCanceledException", reasons=("None", "TransactionConflict", "None", "None"))
    )
    faulty.faults["transact_write_items"] = [losing_the_answer_while_others_go_on, conflict]
    first = store.append(STREAM, tag("a"), ME, expected=0, entities={"image": 0})
    assert (first.first, first.version) == (1, 1)
    assert next(store.read(STREAM)).hash == first.hash
    assert store.append(STREAM, tag("c"), ME).version == 3
    assert whole(store)


def test_a_lost_answer_to_a_refusal_is_still_a_refusal(
    store: DynamoEventStore, other: DynamoEventStore, faulty: Faulty
) -> None:
    other.append(STREAM, tag("a"), ME, entities={"image": 0})
    faulty.faults["transact_write_items"] = [UNREACHABLE, SERVER_FAULT]
    with pytest.raises(EntityConflict) as conflict:
        store.append(STREAM, tag("b"), ME, entities={"image": 0})
    assert conflict.value.conflicts == {"image": (0, 1)}
    assert store.head(STREAM).version == 1


def test_batches_may_come_in_any_order_and_in_pieces(store: DynamoEventStore, faulty: Faulty) -> None:
    images = {f"image-{n}": 0 for n in range(5)}
    store.append(STREAM, tag("a"), ME, entities=images)

    def half(request: Callable[[], object]) -> object:
        answer = cast("dict[str, dict[str, list[dict[str, dict[str, str]]]]]", request())
        items = answer["Responses"][TABLE][::-1]
        late = [{"pk": item["pk"], "sk": item["sk"]} for item in items[2:]]
        return {"Responses": {TABLE: items[:2]}, "UnprocessedKeys": {TABLE: {"Keys": late}}}

    faulty.faults["batch_get_item"] = [half]
    assert store.revisions(STREAM, list(images)) == dict.fromkeys(images, 1)


def test_streams_are_read_whole_over_pages_full_and_empty(store: DynamoEventStore, faulty: Faulty) -> None:
    for n in range(12):
        store.append(STREAM, tag(f"{n}" + "x" * 200_000), ME)

    def empty_page(_: Callable[[], object]) -> object:
        return {
            "Items": [],
            "LastEvaluatedKey": {"pk": {"S": f"contract#{STREAM}"}, "sk": {"S": "C000000000002"}},
        }

    faulty.calls.clear()
    assert [commit.first for commit in store.read(STREAM)] == list(range(1, 13))
    assert faulty.calls.count("query") >= 3
    faulty.faults["query"] = [empty_page]
    assert [commit.first for commit in store.read(STREAM, after=2)] == list(range(3, 13))


def test_reads_that_fail_say_unavailable(store: DynamoEventStore, faulty: Faulty) -> None:
    faulty.faults["get_item"] = [THROTTLED, UNREACHABLE]
    faulty.faults["query"] = [SERVER_FAULT]
    with pytest.raises(Unavailable, match="busy"):
        store.head(STREAM)
    with pytest.raises(Unavailable, match="did not answer"):
        store.head(STREAM)
    with pytest.raises(Unavailable):
        list(store.read(STREAM))

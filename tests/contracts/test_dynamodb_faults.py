"""What moto cannot play: conflicts of transactions, throttling, lost answers, answers out of order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.application.tally import Tally
from kenpin.domain.commit import Head, genesis, verify
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from kenpin.ports import ConcurrencyConflict, EntityConflict, IdempotencyKey, KeyReused, Unavailable
from tests.contracts.dynamodb import TABLE
from tests.contracts.faults import error

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STREAM = "dataset-cookies"
ME = Context(actor="inspector")
Fault = Callable[[Callable[[], object]], object]


class Faulty:
    """A client whose next calls of one method go through the faults given, one each."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self.faults: dict[str, list[Fault]] = {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            self.calls.append(name)
            carry_out = getattr(self._client, name)
            faults = self.faults.get(name)
            fault = faults.pop(0) if faults else lambda request: request()
            return fault(lambda: carry_out(**arguments))

        return call


def refusing(refusal: Exception) -> Fault:
    def fault(_: Callable[[], object]) -> object:
        raise refusal

    return fault


def losing_the_answer(request: Callable[[], object]) -> object:
    request()
    raise ReadTimeoutError(endpoint_url="https://dynamodb")


CONFLICT = refusing(error("TransactionCanceledException", reasons=("TransactionConflict", "None", "None")))
THROTTLED = refusing(error("ThrottlingException"))
THROTTLED_INSIDE = refusing(
    error("TransactionCanceledException", reasons=("None", "ThrottlingError", "None"))
)
SERVER_FAULT = refusing(error("InternalServerError", status=500))
UNREACHABLE = refusing(ConnectTimeoutError(endpoint_url="https://dynamodb"))
DENIED = refusing(error("AccessDeniedException"))


@pytest.fixture
def faulty(dynamodb: DynamoDBClient) -> Faulty:
    return Faulty(dynamodb)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def store(faulty: Faulty, pauses: list[float]) -> DynamoEventStore:
    return DynamoEventStore(TABLE, "contract", cast("DynamoDBClient", faulty), sleep=pauses.append)


@pytest.fixture
def other(dynamodb: DynamoDBClient) -> DynamoEventStore:
    """Another process that appends to the same table."""
    return DynamoEventStore(TABLE, "contract", dynamodb)


def tag(name: str) -> list[VersionTagged]:
    return [VersionTagged(name=name, tagged_version=1)]


def whole(store: DynamoEventStore) -> bool:
    start = Head(STREAM, 0, genesis(store.tenant, STREAM))
    return list(verify(start, store.read(STREAM))) == [store.head(STREAM)]


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
    tally = Tally()
    client = cast("DynamoDBClient", faulty)
    store = DynamoEventStore(TABLE, "contract", client, sleep=lambda _: None, tally=tally)
    faulty.faults["transact_write_items"] = [CONFLICT]
    store.append(STREAM, tag("a"), ME)
    assert tally.take() == {"AppendConflicts": 1}
    store.append(STREAM, tag("b"), ME)
    assert tally.take() == {}
    other.append(STREAM, tag("c"), ME)
    store.append(STREAM, tag("d"), ME)
    assert tally.take() == {"AppendConflicts": 1}


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


def test_four_writers_at_once_lose_nothing(dynamodb: DynamoDBClient) -> None:
    writers = [DynamoEventStore(TABLE, "contract", dynamodb) for _ in range(4)]

    def write(writer: DynamoEventStore) -> list[int]:
        return [writer.append(STREAM, tag(f"{n}"), ME).version for n in range(8)]

    with ThreadPoolExecutor(4) as pool:
        versions = [version for own in pool.map(write, writers) for version in own]
    assert sorted(versions) == list(range(1, 33))
    assert whole(writers[0])

"""Sealed commits are read from segments, or from the table's items when a segment cannot be read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kenpin.adapters.aws import sealer
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.adapters.aws.sealer import Sealer
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.segment import full
from kenpin.domain.commit import Commit, Head, genesis
from kenpin.domain.event import Context
from tests.chains import chained, tags
from tests.contracts.dynamodb import TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STREAM = "dataset-cookies"
EVENTS, KEPT = 20, 15


class Watched:
    """A client that notes what each query answered with."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self.queries: list[list[str]] = []

    def __getattr__(self, name: str) -> Callable[..., object]:
        carry_out = cast("Callable[..., object]", getattr(self._client, name))

        def query(**arguments: object) -> object:
            answer = cast("dict[str, list[dict[str, dict[str, str]]]]", carry_out(**arguments))
            self.queries.append([item["sk"]["S"] for item in answer["Items"]])
            return answer

        return query if name == "query" else carry_out


@pytest.fixture
def watched(dynamodb: DynamoDBClient) -> Watched:
    return Watched(dynamodb)


@pytest.fixture
def objects() -> MemoryObjectStore:
    return MemoryObjectStore()


@pytest.fixture
def reopened(
    watched: Watched, objects: MemoryObjectStore, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], DynamoEventStore]:
    """The store as a new process has it. Segments are small here."""
    monkeypatch.setattr(sealer, "EVENTS", EVENTS)
    monkeypatch.setattr(sealer, "UNSEALED_EVENTS", KEPT)
    monkeypatch.setattr(sealer, "full", lambda commits: full(commits, EVENTS))
    return lambda: DynamoEventStore(TABLE, "contract", cast("DynamoDBClient", watched), objects=objects)


Reopened = Callable[[], DynamoEventStore]


def history(*sizes: int) -> list[Commit]:
    start = Head(STREAM, 0, genesis("contract", STREAM))
    return chained(start, [tags(*(f"{n}.{e}" for e in range(size))) for n, size in enumerate(sizes)])


def seal(store: DynamoEventStore, objects: MemoryObjectStore, seconds: float = 60) -> int:
    return Sealer(store, store.segments, objects).seal(seconds)


LONG = history(*[3, 1, 7, 2, 5] * 6)
"""108 events: what is older than the newest 15 makes four segments."""
SEALED = 90


@pytest.fixture
def sealed(reopened: Reopened, objects: MemoryObjectStore) -> None:
    store = reopened()
    store.restore(STREAM, LONG)
    assert seal(store, objects) == 4
    assert [(s.first, s.last) for s in store.segments.look(STREAM)] == [(1, 21), (22, 47), (48, 67), (68, 90)]


def test_a_replay_reads_no_sealed_item_from_the_table(
    sealed: None, reopened: Reopened, watched: Watched
) -> None:
    store = reopened()
    watched.queries.clear()
    assert list(store.read(STREAM)) == LONG
    tail = [f"C{commit.first:012d}" for commit in LONG if commit.first > SEALED]
    assert [sk for query in watched.queries for sk in query if sk.startswith("C")] == tail
    assert len(watched.queries) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(after=st.integers(0, 110), upto=st.none() | st.integers(0, 110), fresh=st.booleans())
def test_every_range_reads_as_if_nothing_were_sealed(
    sealed: None, reopened: Reopened, after: int, upto: int | None, fresh: bool
) -> None:
    store = reopened()
    if not fresh:
        store.segments.look(STREAM)
    expected = [c for c in LONG if c.first > after and (upto is None or c.first <= upto)]
    assert list(store.read(STREAM, after, upto)) == expected


def test_a_reader_at_the_head_asks_for_no_segment(sealed: None, reopened: Reopened, watched: Watched) -> None:
    store = reopened()
    watched.queries.clear()
    assert list(store.read(STREAM, after=LONG[-2].last)) == LONG[-1:]
    assert watched.queries == [[f"C{LONG[-1].first:012d}"]]


def test_segments_of_a_short_stream_are_looked_up_once(reopened: Reopened, watched: Watched) -> None:
    store = reopened()
    store.append("run-a", tags("a"), Context(actor="me"))
    watched.queries.clear()
    for _ in range(3):
        assert len(list(store.read("run-a"))) == 1
    assert watched.queries == [[], *[["C000000000001"]] * 3]


def test_a_read_that_turns_out_long_goes_on_in_the_segments(
    reopened: Reopened, objects: MemoryObjectStore, watched: Watched
) -> None:
    commits = chained(
        Head(STREAM, 0, genesis("contract", STREAM)), [tags(f"{n}" + "x" * 200_000) for n in range(60)]
    )
    first = reopened()
    first.restore(STREAM, commits)
    assert seal(first, objects) == 2
    store = reopened()
    watched.queries.clear()
    assert list(store.read(STREAM, after=2)) == commits[2:]
    read = [sk for query in watched.queries for sk in query if sk.startswith("C")]
    assert len(read) < 30
    assert read == sorted(set(read))


@pytest.mark.parametrize("wrong", ["missing", "altered", "of another place", "empty"])
def test_a_segment_that_cannot_be_read_is_reported_and_read_from_its_items(
    wrong: str, sealed: None, reopened: Reopened, objects: MemoryObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    names = sorted(objects._objects)
    body = objects._objects.pop(names[1])
    spoilt = {
        "altered": body[:-40] + b"\0" + body[-39:],
        "of another place": objects._objects[names[2]],
        "empty": b"",
    }
    if wrong in spoilt:
        objects.put(names[1], BytesIO(spoilt[wrong]))
    with caplog.at_level(logging.WARNING):
        assert list(reopened().read(STREAM)) == LONG
    assert names[1] in caplog.text
    assert list(reopened().read(STREAM, after=30, upto=50)) == [c for c in LONG if 30 < c.first <= 50]


def test_segments_that_may_not_be_read_are_read_from_their_items(
    sealed: None, reopened: Reopened, objects: MemoryObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(name: str) -> object:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")

    monkeypatch.setattr(objects, "open", denied)
    assert list(reopened().read(STREAM)) == LONG


def test_a_stream_that_was_tampered_with_is_not_sealed_and_holds_up_no_other(
    reopened: Reopened, objects: MemoryObjectStore, dynamodb: DynamoDBClient, caplog: pytest.LogCaptureFixture
) -> None:
    other = chained(Head("dataset-z", 0, genesis("contract", "dataset-z")), [tags("a")] * 40)
    reopened().restore(STREAM, LONG)
    reopened().restore("dataset-z", other)
    key = {"pk": {"S": f"contract#{STREAM}"}, "sk": {"S": f"C{LONG[7].first:012d}"}}
    forged = {":body": {"B": b"[]"}}
    dynamodb.update_item(
        TableName=TABLE, Key=key, UpdateExpression="SET body = :body", ExpressionAttributeValues=forged
    )
    assert seal(reopened(), objects) == 2
    assert f"{STREAM} is not as it was appended" in caplog.text
    assert [s.stream for s in reopened().segments.look("dataset-z")] == ["dataset-z"]


def test_the_newest_events_are_not_sealed(reopened: Reopened, objects: MemoryObjectStore) -> None:
    store = reopened()
    store.restore(STREAM, history(*[1] * (EVENTS + KEPT - 1)))
    assert seal(store, objects) == 0
    store.append(STREAM, tags("a"), Context(actor="me"))
    assert seal(store, objects) == 1
    assert seal(store, objects) == 0


def test_a_sealer_that_runs_out_of_time_goes_on_the_next_time(
    reopened: Reopened, objects: MemoryObjectStore
) -> None:
    reopened().restore(STREAM, LONG)
    assert [seal(reopened(), objects, seconds=0) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert list(reopened().read(STREAM)) == LONG


def test_two_sealers_at_once_do_no_harm(reopened: Reopened, objects: MemoryObjectStore) -> None:
    reopened().restore(STREAM, LONG)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda store: seal(store, objects), [reopened(), reopened()]))
    assert len(objects._objects) == 4
    assert len(reopened().segments.look(STREAM)) == 4
    assert list(reopened().read(STREAM)) == LONG


def test_a_sealer_that_died_before_it_recorded_its_segment_does_it_again(
    reopened: Reopened, objects: MemoryObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = reopened()
    store.restore(STREAM, LONG)
    with monkeypatch.context() as patch:
        patch.setattr(store.segments, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            seal(store, objects)
    assert len(objects._objects) == 1
    assert seal(reopened(), objects) == 4
    assert len(objects._objects) == 4


def interrupted(_: object) -> None:
    raise KeyboardInterrupt

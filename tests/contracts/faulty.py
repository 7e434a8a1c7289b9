"""A DynamoDB client that fails on demand, and stores that use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.domain.commit import Head, genesis, verify
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from tests.contracts.dynamodb import TABLE
from tests.contracts.faults import error

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STREAM = "dataset-cookies"
ME = Context(actor="inspector")
Fault = Callable[[Callable[[], object]], object]


class Faulty:
    """A client whose next calls of one method fail with the given faults, one each."""

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

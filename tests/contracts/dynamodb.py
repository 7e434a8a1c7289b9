"""The event store on DynamoDB, played by moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from moto import mock_aws

from kenpin.adapters.aws.event_store import DynamoEventStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "events"


class OneAtATime:
    """moto's transactions are not isolated from each other, DynamoDB's are."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client, self._lock = client, Lock()

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            with self._lock:
                return getattr(self._client, name)(**arguments)

        return call


@pytest.fixture
def dynamodb() -> Iterator[DynamoDBClient]:
    """A client with the table of the core stack."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield cast("DynamoDBClient", OneAtATime(client))


@pytest.fixture
def dynamodb_event_store(dynamodb: DynamoDBClient) -> DynamoEventStore:
    return DynamoEventStore(TABLE, "contract", dynamodb)

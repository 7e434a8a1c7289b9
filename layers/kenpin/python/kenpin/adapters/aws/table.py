"""The DynamoDB table: get, get many, query a range, its last item, write a transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from botocore.exceptions import ClientError
from msgspec import Struct

from kenpin.adapters.aws.errors import ANSWER_LOST, BUSY, code_of, is_server_fault, unavailable_when_busy
from kenpin.adapters.aws.items import at
from kenpin.ports import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, QueryInputTypeDef

    from kenpin.adapters.aws.items import Item

MAX_TRIES: Final = 25
FIRST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 0.5
MOST_KEYS: Final = 100
"""DynamoDB's limit of one batch of gets."""
MOST_WRITES: Final = 100
"""DynamoDB's limit of one transaction."""


class ConditionsFailed(Struct, frozen=True):
    """Conditions of writes that failed: sk of each write → the item in its place, if it was asked for."""

    by: Mapping[str, Item | None]


class TablePage(Struct, frozen=True):
    items: list[Item]
    more: bool
    """True when there may be more items"""


Outcome = Literal["written", "busy", "answer lost"] | ConditionsFailed


class Table:
    def __init__(
        self, name: str, client: DynamoDBClient, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.name, self._client, self._sleep = name, client, sleep

    def tries(self) -> Iterator[int]:
        """Yield tries with full jitter between them, for about five seconds; then raise Unavailable."""
        for tried in range(MAX_TRIES):
            yield tried
            self._sleep(random.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**tried)))
        raise Unavailable(f"table {self.name} is too busy; the same call may work later")

    def get(self, pk: str, sk: str) -> Item | None:
        with unavailable_when_busy(f"table {self.name}"):
            answer = self._client.get_item(TableName=self.name, Key=at(pk, sk), ConsistentRead=True)
        return answer.get("Item")

    def get_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Return the items that exist, by (pk, sk). DynamoDB answers in any order and may leave some for later."""
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(keys), MOST_KEYS):
            wanted = [at(*key) for key in keys[start : start + MOST_KEYS]]
            for _ in self.tries():
                with unavailable_when_busy(f"table {self.name}"):
                    answer = self._client.batch_get_item(
                        RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}}
                    )
                items = answer["Responses"].get(self.name, [])
                found |= {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
                if self.name not in answer["UnprocessedKeys"]:
                    break
                wanted = [dict(key) for key in answer["UnprocessedKeys"][self.name]["Keys"]]
        return found

    def pages(self, pk: str, low: str, high: str, limit: int = 1_000) -> Iterator[TablePage]:
        """Yield the items with low ≤ sk ≤ high in order of sk, a megabyte or `limit` items at a time."""
        query: QueryInputTypeDef = {
            "TableName": self.name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
            "ConsistentRead": True,
            "Limit": limit,
        }
        while low <= high:
            with unavailable_when_busy(f"table {self.name}"):
                answer = self._client.query(**query)
            yield TablePage(list(answer["Items"]), more="LastEvaluatedKey" in answer)
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def last(self, pk: str, low: str, high: str) -> Item | None:
        """Return the last item with low ≤ sk ≤ high."""
        with unavailable_when_busy(f"table {self.name}"):
            answer = self._client.query(
                TableName=self.name,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
                ConsistentRead=True,
                ScanIndexForward=False,
                Limit=1,
            )
        return next(iter(answer["Items"]), None)

    def write(self, writes: Mapping[str, PutTypeDef], token: str) -> Outcome:
        """Write all or nothing. The same token within ten minutes is the same request."""
        try:
            self._client.transact_write_items(
                TransactItems=[{"Put": {**put, "TableName": self.name}} for put in writes.values()],
                ClientRequestToken=token,
            )
        except ANSWER_LOST:
            return "answer lost"
        except ClientError as error:
            return _outcome(error, list(writes))
        return "written"

    def write_surely(self, writes: Mapping[str, PutTypeDef], token: str) -> None:
        """Write without conditions, with retries. Raises Unavailable."""
        for _ in self.tries():
            if self.write(writes, token) == "written":
                return


def _outcome(error: ClientError, sks: Sequence[str]) -> Outcome:
    if code_of(error) != "TransactionCanceledException":
        if code_of(error) in BUSY:
            return "busy"
        if is_server_fault(error):
            return "answer lost"
        raise error
    reasons = list(zip(sks, error.response["CancellationReasons"], strict=True))
    failed = [(sk, reason) for sk, reason in reasons if reason["Code"] == "ConditionalCheckFailed"]
    if failed:
        return ConditionsFailed({sk: cast("Item | None", reason.get("Item")) for sk, reason in failed})
    if any(reason["Code"] in BUSY for _, reason in reasons):
        return "busy"
    raise error

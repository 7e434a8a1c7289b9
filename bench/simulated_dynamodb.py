"""A simulation of DynamoDB for transactions that meet on one item of one stream, in virtual time.

Modelled: a transaction takes its items, holds them while it is carried out, and lets them go; another that comes for
one of them meanwhile is cancelled (TransactionConflict); a condition is looked at when the items are taken; the items
of a stream share a partition key, and so the write units that one partition gives. Not modelled: splitting a
partition by heat, burst capacity, retries inside the SDK, faults.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final, cast

from botocore.exceptions import ClientError
from msgspec import Struct

from bench.virtual_time import VirtualTime

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutTypeDef

    Item = Mapping[str, AttributeValueTypeDef]
    Key = tuple[str, str]

PARTITION_WCU: Final = 1_000
"""Write units a second that one partition gives; a table on demand has no other limit that one stream meets."""
TRANSACTIONAL: Final = 2
"""A write in a transaction is billed, and counted, twice: prepared and committed."""
KB: Final = 1_024
READ_BYTES: Final = 4_096
"""Bytes that one read unit reads, consistently."""


class Latency(Struct, frozen=True):
    """Medians in seconds, each of a log-normal distribution: the 99th percentile is 2.5 times the median."""

    way: float
    """From a function to the store, and the same back."""
    held: float
    """From when a transaction has taken its items until it lets them go."""
    get: float
    """A whole read of one item."""


SPREAD: Final = 0.4
ASSUMED: Final = Latency(way=0.002, held=0.008, get=0.004)


class SimulatedDynamoDB:
    """Stands where a client of the SDK stands. What it is asked for, it counts."""

    def __init__(
        self, clock: VirtualTime, random: Random, latency: Latency = ASSUMED, throttles: bool = True
    ) -> None:
        self._clock, self._random, self._latency = clock, random, latency
        self._throttles = throttles
        self._items: dict[Key, Item] = {}
        self._held: set[Key] = set()
        self._units, self._filled_at = float(PARTITION_WCU), 0.0
        self.counted: Counter[str] = Counter()

    def get_item(self, TableName: str, Key: Item, ConsistentRead: bool) -> dict[str, Item]:
        [found] = self._read([key_of(Key)])
        return {"Item": found} if found else {}

    def batch_get_item(self, RequestItems: Mapping[str, Mapping[str, Sequence[Item]]]) -> dict[str, object]:
        [(name, wanted)] = RequestItems.items()
        found = self._read([key_of(key) for key in wanted["Keys"]])
        return {"Responses": {name: [item for item in found if item]}, "UnprocessedKeys": {}}

    def query(self, ExpressionAttributeValues: Item, **_: object) -> dict[str, object]:
        """Items of one page; those of a query are counted together."""
        pk, low, high = (ExpressionAttributeValues[name]["S"] for name in (":pk", ":low", ":high"))
        found = [item for key, item in sorted(self._items.items()) if key[0] == pk and low <= key[1] <= high]
        self.counted["reads"] += 1
        self.counted["read units"] += max(1, math.ceil(sum(map(bytes_of, found)) / READ_BYTES))
        self._pass(self._latency.get)
        return {"Items": found}

    def transact_write_items(
        self, TransactItems: Sequence[Mapping[str, PutTypeDef]], ClientRequestToken: str
    ) -> dict[str, object]:
        puts = [write["Put"] for write in TransactItems]
        self.counted["tries"] += 1
        self._pass(self._latency.way)
        if refused := self._refusal(puts):
            self._pass(self._latency.way)
            raise refused
        written = {key_of(item_of(put)): item_of(put) for put in puts}
        self._held |= written.keys()
        self._pass(self._latency.held)
        self._items |= written
        self.counted["write units"] += sum(map(units_of, written.values()))
        self.counted["bytes written"] += sum(map(bytes_of, written.values()))
        self._held -= written.keys()
        self._pass(self._latency.way)
        return {}

    def _read(self, keys: Sequence[Key]) -> list[Item | None]:
        """Consistently; what is not there is paid for as well."""
        self._pass(self._latency.get / 2)
        found = [self._items.get(key) for key in keys]
        self.counted["reads"] += 1
        self.counted["read units"] += sum(
            math.ceil(bytes_of(item) / READ_BYTES) if item else 1 for item in found
        )
        self._pass(self._latency.get / 2)
        return found

    def _refusal(self, puts: Sequence[PutTypeDef]) -> ClientError | None:
        if self._throttles and self._throttled(sum(units_of(item_of(put)) for put in puts)):
            self.counted["throttled"] += 1
            return cancelled([{"Code": "ThrottlingError"} for _ in puts])
        reasons = [self._reason(put) for put in puts]
        codes = {str(reason["Code"]) for reason in reasons} - {"None"}
        self.counted.update(codes)
        return cancelled(reasons) if codes else None

    def _reason(self, put: PutTypeDef) -> dict[str, object]:
        key = key_of(item_of(put))
        if key in self._held:
            return {"Code": "TransactionConflict"}
        if not holds(put, found := self._items.get(key)):
            return {"Code": "ConditionalCheckFailed", **({"Item": found} if found else {})}
        return {"Code": "None"}

    def _throttled(self, units: int) -> bool:
        """A bucket of one second: what a partition did not give in the last second is lost."""
        passed = self._clock.now - self._filled_at
        self._units = min(PARTITION_WCU, self._units + passed * PARTITION_WCU)
        self._filled_at = self._clock.now
        if self._units < min(units, PARTITION_WCU):
            return True
        self._units -= units
        return False

    def _pass(self, median: float) -> None:
        self._clock.sleep(self._random.lognormvariate(math.log(median), SPREAD))


def item_of(put: PutTypeDef) -> Item:
    return cast("Item", put["Item"])


def key_of(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def holds(put: PutTypeDef, found: Item | None) -> bool:
    """The two conditions that the adapter sets: where none is, or over one as it was seen."""
    if put["ConditionExpression"] == "attribute_not_exists(pk)":
        return found is None
    [name], [seen] = put["ExpressionAttributeNames"].values(), put["ExpressionAttributeValues"].values()
    return found is not None and found.get(name) == seen


def bytes_of(item: Item) -> int:
    """As DynamoDB counts: names and values in UTF-8; a number takes about half its digits and a byte."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: AttributeValueTypeDef) -> int:
    if "N" in value:
        return (len(value["N"]) + 1) // 2 + 1
    return len(value["B"]) if "B" in value else len(value["S"].encode())


def units_of(item: Item) -> int:
    """Write units of one put in a transaction."""
    return TRANSACTIONAL * math.ceil(bytes_of(item) / KB)


def cancelled(reasons: Sequence[Mapping[str, object]]) -> ClientError:
    code = "TransactionCanceledException"
    response = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        "CancellationReasons": list(reasons),
    }
    return ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]

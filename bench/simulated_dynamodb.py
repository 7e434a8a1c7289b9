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
TRANSACTION_FACTOR: Final = 2
"""A write in a transaction is billed, and counted, twice: prepared and committed."""
KB: Final = 1_024
READ_BYTES: Final = 4_096
"""Bytes that one read unit reads, consistently."""


class Latency(Struct, frozen=True):
    """Medians in seconds, each of a log-normal distribution: the 99th percentile is 2.5 times the median."""

    one_way: float
    """From a function to the store, and the same back."""
    holding: float
    """From when a transaction has taken its items until it lets them go."""
    get: float
    """A whole read of one item."""


SIGMA: Final = 0.4
ASSUMED: Final = Latency(one_way=0.002, holding=0.008, get=0.004)


class SimulatedDynamoDB:
    """Replaces a client of the SDK and counts its calls, units and bytes."""

    def __init__(
        self, clock: VirtualTime, random: Random, latency: Latency = ASSUMED, throttles: bool = True
    ) -> None:
        self._clock, self._random, self._latency = clock, random, latency
        self._throttles = throttles
        self._items: dict[Key, Item] = {}
        self._locked_keys: set[Key] = set()
        self._units, self._units_at = float(PARTITION_WCU), 0.0
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
        self._sleep_about(self._latency.get)
        return {"Items": found}

    def transact_write_items(
        self, TransactItems: Sequence[Mapping[str, PutTypeDef]], ClientRequestToken: str
    ) -> dict[str, object]:
        puts = [write["Put"] for write in TransactItems]
        self.counted["tries"] += 1
        self._sleep_about(self._latency.one_way)
        if refused := self._refusal(puts):
            self._sleep_about(self._latency.one_way)
            raise refused
        written = {key_of(item_of(put)): item_of(put) for put in puts}
        self._locked_keys |= written.keys()
        self._sleep_about(self._latency.holding)
        self._items |= written
        self.counted["write units"] += sum(map(units_of, written.values()))
        self.counted["bytes written"] += sum(map(bytes_of, written.values()))
        self._locked_keys -= written.keys()
        self._sleep_about(self._latency.one_way)
        return {}

    def _read(self, keys: Sequence[Key]) -> list[Item | None]:
        """Read consistently. A missing item costs one unit too."""
        self._sleep_about(self._latency.get / 2)
        found = [self._items.get(key) for key in keys]
        self.counted["reads"] += 1
        self.counted["read units"] += sum(
            math.ceil(bytes_of(item) / READ_BYTES) if item else 1 for item in found
        )
        self._sleep_about(self._latency.get / 2)
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
        if key in self._locked_keys:
            return {"Code": "TransactionConflict"}
        if not condition_holds(put, found := self._items.get(key)):
            return {"Code": "ConditionalCheckFailed", **({"Item": found} if found else {})}
        return {"Code": "None"}

    def _throttled(self, units: int) -> bool:
        """Return True when the units exceed the token bucket, which holds one second of them."""
        passed = self._clock.now - self._units_at
        self._units = min(PARTITION_WCU, self._units + passed * PARTITION_WCU)
        self._units_at = self._clock.now
        if self._units < min(units, PARTITION_WCU):
            return True
        self._units -= units
        return False

    def _sleep_about(self, median: float) -> None:
        self._clock.sleep(self._random.lognormvariate(math.log(median), SIGMA))


def item_of(put: PutTypeDef) -> Item:
    return cast("Item", put["Item"])


def key_of(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def condition_holds(put: PutTypeDef, found: Item | None) -> bool:
    """Evaluate the adapter's two conditions: no item exists, or the item is as last read."""
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
    return TRANSACTION_FACTOR * math.ceil(bytes_of(item) / KB)


def cancelled(reasons: Sequence[Mapping[str, object]]) -> ClientError:
    code = "TransactionCanceledException"
    response = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        "CancellationReasons": list(reasons),
    }
    return ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]

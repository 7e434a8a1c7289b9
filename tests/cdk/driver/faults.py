"""Faults between the parts of a deployed core stack: none, one broken function, or random ones from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from functions.runtime.event import Json
from tests.contracts.faults import error

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Record = Json
EARLY_CALLS: Final = 3
"""A function breaks down in one of its first calls."""
REASONS: Final = ("TransactionConflict", "ThrottlingError")
"""Why a transaction was cancelled, though its conditions hold."""


class FunctionFailed(Exception):
    """A function ended before it answered."""


class NoFaults:
    """Everything is delivered once and in order, and nothing fails."""

    def records(self, found: Sequence[Record]) -> list[Record]:
        """As they come to a reader of the table's stream."""
        return list(found)

    def times(self) -> int:
        """Number of deliveries of a message that its function took."""
        return 1

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        """Of a function that is woken."""
        return call()

    def table(self, client: DynamoDBClient) -> DynamoDBClient:
        return client


class Outage(NoFaults):
    """One function always fails."""

    def __init__(self, function: str) -> None:
        self._function = function

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        if function.endswith(f"-{self._function}"):
            raise FunctionFailed(function)
        return call()


class RandomFaults(NoFaults):
    """Random faults of every kind; `seen` counts them."""

    KINDS: Final = {
        "broke down",
        "delivered twice",
        "dropped",
        "read refused",
        "shuffled",
        "twice",
        "write refused",
    }

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._breaks: dict[str, int] = {}
        self.seen: dict[str, int] = {}

    def records(self, found: Sequence[Record]) -> list[Record]:
        """Some not at all, some twice, and none in its place."""
        kept = [record for record in found if not self._is_due("dropped", 0.25)]
        again = [record for record in kept if self._is_due("twice", 0.25)]
        mixed = [*kept, *again]
        if len(mixed) > 1:
            self._random.shuffle(mixed)
            self._count("shuffled")
        return mixed

    def times(self) -> int:
        return 2 if self._is_due("delivered twice", 0.4) else 1

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        """Each function breaks down once: before its work, or when all but the answer is done."""
        left = self._breaks.setdefault(function, self._random.randrange(EARLY_CALLS))
        self._breaks[function] -= 1
        if left:
            return call()
        self._count("broke down")
        if self._random.random() < 0.5:
            call()
        raise FunctionFailed(function)

    def table(self, client: DynamoDBClient) -> DynamoDBClient:
        return cast("DynamoDBClient", _FaultyTable(client, self))

    def refusal(self, call: str, arguments: Mapping[str, Any]) -> Exception | None:
        """The error of the table in place of carrying the call out."""
        if call == "transact_write_items" and self._is_due("write refused", 0.3):
            writes = len(arguments["TransactItems"])
            struck, why = self._random.randrange(writes), self._random.choice(REASONS)
            reasons = tuple(why if n == struck else "None" for n in range(writes))
            return error("TransactionCanceledException", reasons=reasons)
        if call in ("get_item", "query") and self._is_due("read refused", 0.02):
            return error("ThrottlingException")
        return None

    def _is_due(self, what: str, odds: float) -> bool:
        """For certain where it can happen for the first time."""
        struck = what not in self.seen or self._random.random() < odds
        if struck:
            self._count(what)
        return struck

    def _count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


class _FaultyTable:
    """A client of the table whose calls may fail."""

    def __init__(self, client: DynamoDBClient, faults: RandomFaults) -> None:
        self._client, self._faults = client, faults

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            if refusal := self._faults.refusal(name, arguments):
                raise refusal
            return getattr(self._client, name)(**arguments)

        return call

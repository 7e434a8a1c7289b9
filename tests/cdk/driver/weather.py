"""What goes wrong on the way: nothing in calm weather, in a storm all that a cloud may do, drawn from a seed."""

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


class BrokeDown(Exception):
    """A function ended before it answered."""


class Calm:
    def records(self, found: Sequence[Record]) -> list[Record]:
        """As they come to a reader of the table's stream."""
        return list(found)

    def times(self) -> int:
        """How often a message is delivered, though its function took it."""
        return 1

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        """Of a function that is woken."""
        return call()

    def table(self, client: DynamoDBClient) -> DynamoDBClient:
        return client


class Outage(Calm):
    """One function is never well."""

    def __init__(self, function: str) -> None:
        self._function = function

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        if f"-Functions{self._function}" in function:
            raise BrokeDown(function)
        return call()


class Storm(Calm):
    """`seen` counts what went wrong, by kind."""

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
        kept = [record for record in found if not self._is_struck("dropped", 0.25)]
        again = [record for record in kept if self._is_struck("twice", 0.25)]
        mixed = [*kept, *again]
        if len(mixed) > 1:
            self._random.shuffle(mixed)
            self._count("shuffled")
        return mixed

    def times(self) -> int:
        return 2 if self._is_struck("delivered twice", 0.4) else 1

    def around(self, function: str, call: Callable[[], Json]) -> Json:
        """Each function breaks down once: before its work, or when all but the answer is done."""
        left = self._breaks.setdefault(function, self._random.randrange(EARLY_CALLS))
        self._breaks[function] -= 1
        if left:
            return call()
        self._count("broke down")
        if self._random.random() < 0.5:
            call()
        raise BrokeDown(function)

    def table(self, client: DynamoDBClient) -> DynamoDBClient:
        return cast("DynamoDBClient", _Struck(client, self))

    def refusal(self, call: str, arguments: Mapping[str, Any]) -> Exception | None:
        """What the table says in place of carrying the call out."""
        if call == "transact_write_items" and self._is_struck("write refused", 0.3):
            writes = len(arguments["TransactItems"])
            struck, why = self._random.randrange(writes), self._random.choice(REASONS)
            reasons = tuple(why if n == struck else "None" for n in range(writes))
            return error("TransactionCanceledException", reasons=reasons)
        if call in ("get_item", "query") and self._is_struck("read refused", 0.04):
            return error("ThrottlingException")
        return None

    def _is_struck(self, what: str, odds: float) -> bool:
        """For certain where it can happen for the first time."""
        struck = what not in self.seen or self._random.random() < odds
        if struck:
            self._count(what)
        return struck

    def _count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


class _Struck:
    """A client of the table in the storm."""

    def __init__(self, client: DynamoDBClient, storm: Storm) -> None:
        self._client, self._storm = client, storm

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            if refusal := self._storm.refusal(name, arguments):
                raise refusal
            return getattr(self._client, name)(**arguments)

        return call

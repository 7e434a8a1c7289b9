"""Units of DynamoDB that a command costs: the real command handler and adapter on a table that counts units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

from bench.history import LOT, annotated, history, registered
from bench.simulated_dynamodb import SimulatedDynamoDB
from bench.virtual_time import VirtualTime
from kenpin.adapters.aws.doorbell import StreamDoorbell
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.application.execute import C, Commands, E, S
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.commands import Judgement, SubmitAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.decider import Decider, Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import stream_of
from kenpin.ports import IdempotencyKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACTOR: Final = Context(actor="0f8fad5b-d9cb-469f-a165-70867728950e", correlation_id="7" * 36)
KEY: Final = IdempotencyKey("7c9e6679-7425-40de-944b-e07fc1f90ae7", "0" * 64)
DATASET: Final = "bench"
STREAM: Final = f"dataset-{DATASET}"


class Units(Struct, frozen=True):
    """Units that DynamoDB bills, and the bytes it then stores."""

    write: int
    read: int
    bytes: int
    calls: int


class UncontendedTime(VirtualTime):
    """Virtual time of a single process: a sleep only moves the clock."""

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class CommandsOnState(Commands, frozen=True):
    """The command handler with a given state instead of one read from the store."""

    standing: DatasetState = dataset.initial
    hash: str = ""
    """The hash of the version of `standing`, in hex."""

    def _start(self, decider: Decider[S, C, E], id: str, scope: Scope) -> tuple[S, Iterator[Commit]]:
        stream = stream_of(decider.category, id)
        return cast(S, self.standing), self._tail(stream, self.standing.version, self.hash)


class UnitCounter:
    """Counts the units of requests on a dataset that has one registered lot."""

    def __init__(self) -> None:
        self._table = SimulatedDynamoDB(UncontendedTime(), Random(1), throttles=False)
        self.store = DynamoEventStore("events", "kenpin", cast("DynamoDBClient", self._table))
        events = history(LOT)[: 1 + LOT]
        self._append(events)
        self.commands = CommandsOnState(
            self.store,
            StreamDoorbell(),
            standing=dataset.fold(events),
            hash=self.store.head(STREAM).hash.hex(),
        )
        self._table.counted.clear()

    def judge(self, images: int) -> Units:
        """Judge images as the API does: read revisions, tail, head and key, then append."""
        judgements = [
            Judgement(image_id=event.image_id, verdict=event.verdict, seconds_spent=event.seconds_spent)
            for event in map(annotated, range(images))
        ]
        command = SubmitAnnotations(annotations=tuple(judgements), label_book_revision=3)
        self.commands.execute(dataset, DATASET, command, by=ACTOR, key=KEY)
        return self._take_units()

    def register(self, images: int) -> Units:
        self._append([registered(LOT + n) for n in range(images)])
        return self._take_units()

    def read(self, events: int) -> Units:
        """Read the last `events` events, as a projection does whose checkpoint is before them."""
        checkpoint = self.store.head(STREAM).version - events
        self._table.counted.clear()
        for _ in self.store.read(STREAM, after=checkpoint):
            pass
        return self._take_units()

    def _append(self, events: Sequence[DatasetEvent]) -> None:
        self.store.append(STREAM, events, ACTOR, key=None)

    def _take_units(self) -> Units:
        counted = self._table.counted
        units = Units(
            counted["write units"],
            counted["read units"],
            counted["bytes written"],
            counted["tries"] + counted["reads"],
        )
        counted.clear()
        return units

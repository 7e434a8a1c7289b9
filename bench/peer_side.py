"""The peer's side of `store`: the Python library eventsourcing on the same server, used as its documentation shows.

An Application with its PostgreSQL recorder and JSON transcoder, and a mutable Aggregate whose decorated methods are
its events. Values are given as they are, with a transcoding each, or as plain dicts.
"""

# mypy: disallow-untyped-calls=False
# Its decorator leaves the methods of an aggregate without types.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, DomainEventProtocol, event
from eventsourcing.persistence import JSONTranscoder, Transcoding
from msgspec.structs import astuple

from bench.history import CAPTURE, LOT, SCRATCH, file_of, image_id, is_ng
from bench.process_pool import Action
from bench.report import stopwatch
from kenpin.domain.dataset.values import Capture, Defect, ImageFile
from kenpin.domain.value import Value

V = TypeVar("V", bound=Value)
Form = Literal["typed", "plain"]


@dataclass
class PeerImage:
    file: object
    capture: object
    verdict: str | None = None
    defects: tuple[object, ...] = ()
    label_book_revision: int | None = None
    seconds_spent: float | None = None


class PeerDataset(Aggregate):
    class ImageRegistered(Aggregate.Event):
        image_id: str
        file: object
        capture: object

    class AnnotationSubmitted(Aggregate.Event):
        image_id: str
        verdict: str
        defects: list[object]
        label_book_revision: int
        seconds_spent: float

    @event("DatasetCreated")
    def __init__(self, project_id: str, name: str) -> None:
        self.project_id, self.name = project_id, name
        self.images: dict[str, PeerImage] = {}

    @event(ImageRegistered)
    def register(self, image_id: str, file: object, capture: object) -> None:
        self.images[image_id] = PeerImage(file, capture)

    @event(AnnotationSubmitted)
    def annotate(
        self,
        image_id: str,
        verdict: str,
        defects: list[object],
        label_book_revision: int,
        seconds_spent: float,
    ) -> None:
        image = self.images[image_id]
        image.verdict, image.defects = verdict, tuple(defects)
        image.label_book_revision, image.seconds_spent = label_book_revision, seconds_spent


class AsList(Transcoding, Generic[V]):
    """A value as the list of its fields."""

    def __init__(self, type: type[V]) -> None:
        self.type, self.name = type, type.__name__

    def encode(self, obj: V) -> tuple[object, ...]:
        return astuple(obj)

    def decode(self, data: list[object]) -> V:
        value: V = self.type(*data)
        return value


class Datasets(Application[UUID]):
    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        for type in (Capture, Defect, ImageFile):
            transcoder.register(AsList(type))


def environment(url: str, connections: int = 2) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": "postgres",
        "POSTGRES_HOST": parse_qs(urlsplit(url).query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": "kenpin",
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_POOL_SIZE": str(connections),
    }


def create(url: str) -> None:
    Datasets(environment(url)).close()


def _judgement(n: int, scratch: object) -> tuple[str, list[object]]:
    return ("NG", [scratch]) if is_ng(n) else ("OK", [])


def prepare_appends(url: str, size: int, commits: int) -> Action:
    """Append `commits` commits of `size` annotations to an aggregate of our own.

    Its default inserts in psycopg's pipeline mode, which hangs now and then on commits of 1,000 events when there are
    several writers; those go through its database function instead.
    """
    function = "y" if size >= 1_000 else "n"
    settings = {"CREATE_TABLE": "n", "POSTGRES_ENABLE_DB_FUNCTIONS": function}
    app = Datasets(environment(url, connections=1) | settings)
    dataset: PeerDataset = PeerDataset("bench", "Bench")
    for n in range(size):
        dataset.register(image_id(n), file_of(n), CAPTURE)
    app.events.put(dataset.collect_events())
    batches: list[Sequence[DomainEventProtocol[UUID]]] = []
    for _ in range(commits):
        for n in range(size):
            dataset.annotate(image_id(n), *_judgement(n, SCRATCH), 3, 2.5)
        batches.append(dataset.collect_events())

    def append() -> None:
        for batch in batches:
            app.events.put(batch)

    return append


def record_history(app: Application[UUID], images: int, form: Form) -> UUID:
    """Record the same history as `bench.history.history`, in commits of 100; answer the aggregate's id."""
    shaped = msgspec.to_builtins if form == "plain" else unchanged
    capture, scratch = shaped(CAPTURE), shaped(SCRATCH)
    dataset: PeerDataset = PeerDataset("bench", "Bench")
    for start in range(0, images, LOT):
        lot = range(start, min(start + LOT, images))
        for n in lot:
            dataset.register(image_id(n), shaped(file_of(n)), capture)
            save_full_commit(app, dataset)
        for n in lot:
            dataset.annotate(image_id(n), *_judgement(n, scratch), 3, 2.5)
            save_full_commit(app, dataset)
    app.save(dataset)
    return dataset.id


def unchanged(value: object) -> object:
    return value


def save_full_commit(app: Application[UUID], dataset: PeerDataset) -> None:
    if len(dataset.pending_events) == 100:
        app.save(dataset)


def replay(app: Application[UUID], id: UUID, images: int) -> float:
    """Seconds to read, decode and rebuild the aggregate."""
    with stopwatch() as clock:
        dataset: object = app.repository.get(id)
    assert isinstance(dataset, PeerDataset)
    assert len(dataset.images) == images and all(i.verdict for i in dataset.images.values())
    return clock.seconds

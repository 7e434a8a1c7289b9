"""Six writers, two projectors on the same streams: no event missed, no row doubled, every count right."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import psycopg
import pytest

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.application.execute import Commands
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CreateDataset,
    DatasetCommand,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    RestoreImages,
    SubmitAnnotations,
    SuggestCandidates,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Candidate, ImageFile
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.ports import Unavailable
from kenpin.read_models.catalogue import advance_stream, models_of
from kenpin.read_models.layout import ROWS
from tests.read_models.rows import databases, dump, straight

DATASETS = ("a", "b", "c")
IMAGES = [f"{n:064x}" for n in range(40)]
FILE = ImageFile(1000, 64, 48, "image/png", "a.png")
WRITERS, COMMANDS = 6, 60

RECOUNT = f"""
select dataset_id, coalesce(split, 'unassigned'), coalesce(verdict, 'unlabelled'), excluded is not null, count(*)
from {ROWS}.image join {ROWS}.image_dataset using (dataset_key)
group by 1, 2, 3, 4 order by 1, 2, 3, 4"""
COUNTS = f"""
select dataset_id, split, verdict, excluded, images from {ROWS}.image_count
where images <> 0 order by 1, 2, 3, 4"""
OVERLAPS = f"""
with span as (
    select dataset_key, ordinal, valid_from, valid_to from {ROWS}.image_past
    union all select dataset_key, ordinal, valid_from, null from {ROWS}.image
)
select count(*) from span a join span b using (dataset_key, ordinal)
where a.valid_from < b.valid_from and (a.valid_to is null or a.valid_to > b.valid_from)"""


class Silence:
    """A doorbell that nobody hears: these projectors look for themselves."""

    def ring(self, stream: str) -> None: ...


@pytest.fixture
def urls(postgres_url: str) -> Iterator[list[str]]:
    name = uuid.uuid4().hex[:8]
    with databases(postgres_url, f"race_{name}", f"straight_{name}") as urls:
        yield urls


@pytest.fixture
def connect(urls: list[str]) -> Iterator[Callable[[], PostgresDatabase]]:
    """A process of the platform has connections of its own; so has each thread here."""
    with ExitStack() as stack:

        def connected() -> PostgresDatabase:
            database = PostgresDatabase(urls[0])
            stack.callback(database.close)
            return database

        yield connected


def commands_of(database: PostgresDatabase) -> Commands:
    return Commands(PostgresEventStore(database), Silence(), database)


def drawn(chance: random.Random, writer: int, n: int) -> DatasetCommand:
    some = tuple(chance.sample(IMAGES, 4))
    judgements = tuple(
        Judgement(image_id=id, verdict=chance.choice(("OK", "NG", "HOLD")), reason=f"{writer}.{n}")
        for id in some
    )
    commands: list[DatasetCommand] = [
        RegisterImages(images=tuple(NewImage(image_id=id, file=FILE) for id in some)),
        SubmitAnnotations(annotations=judgements),
        SubmitAnnotations(annotations=judgements[:1]),
        AssignSplit(image_ids=some, split=chance.choice(("train", "validation")), rule="drawn"),
        ExcludeImages(image_ids=some[:2], reason="blurred"),
        RestoreImages(image_ids=some[:2]),
        SuggestCandidates(
            suggestion_id=f"s{writer}-{n}",
            policy="hybrid",
            candidates=tuple(Candidate(id, "diverse") for id in some),
        ),
    ]
    return chance.choice(commands)


def write(commands: Commands, writer: int) -> None:
    """Every writer on every dataset. Rules say no and others are quicker, as always."""
    chance, by = random.Random(writer), Context(actor=f"writer-{writer}")
    for n in range(COMMANDS):
        with suppress(Refusal, Unavailable):
            commands.execute(dataset, chance.choice(DATASETS), drawn(chance, writer, n), by=by)


def follow(database: PostgresDatabase, finished: threading.Event) -> int:
    """Project over and over; how many events that brought."""
    store, moved, last = PostgresEventStore(database), 0, False
    while not last:
        last = finished.is_set()
        moved += sum(advance_stream(f"dataset-{id}", store, database) for id in DATASETS)
    return moved


def test_two_projectors_behind_six_writers_miss_nothing_and_double_nothing(
    urls: list[str], connect: Callable[[], PostgresDatabase]
) -> None:
    begun = commands_of(connect())
    for id in DATASETS:
        begun.execute(
            dataset, id, CreateDataset(dataset_id=id, project_id="p", name=id), by=Context(actor="me")
        )
        everything = RegisterImages(images=tuple(NewImage(image_id=i, file=FILE) for i in IMAGES[::2]))
        begun.execute(dataset, id, everything, by=Context(actor="me"))
    finished = threading.Event()
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        projectors = [pool.submit(follow, connect(), finished) for _ in range(2)]
        try:
            list(pool.map(write, [commands_of(connect()) for _ in range(WRITERS)], range(WRITERS)))
        finally:
            finished.set()
        moved = [each.result() for each in projectors]
    assert min(moved) > 0, "the projectors did not meet"
    assert dump(urls[0]) == straight(begun.store, urls[1])
    with psycopg.connect(urls[0]) as owner:
        assert owner.execute(COUNTS).fetchall() == owner.execute(RECOUNT).fetchall() != []
        assert owner.execute(OVERLAPS).fetchone() == (0,)
    heads = {head.stream: head.version for head in begun.store.heads()}
    readers = len(models_of("dataset-a"))
    assert sum(moved) == readers * sum(heads.values()), (
        "an event was projected twice, or not by each read model"
    )

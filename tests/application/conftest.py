"""Use cases over a store in memory and real rows, which each append brings up to the head."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.application.execute import Commands, RequestContext
from kenpin.bootstrap import prepare
from kenpin.domain.dataset.commands import CreateDataset, NewImage, RegisterImages
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import ImageFile
from kenpin.domain.event import Context
from kenpin.domain.project.commands import CreateProject, DefineDefectClass
from kenpin.domain.project.decider import project
from kenpin.ports import DeadLetters, DeadMessageSource
from kenpin.read_models.catalogue import advance_stream
from kenpin.settings import Settings

IMAGES = tuple(f"{n:064x}" for n in range(1, 6))
FILE = ImageFile(1000, 64, 48, "image/png", "a.png")
HANAKO, TARO = (RequestContext(Context(actor=actor)) for actor in ("hanako", "taro"))


class ProjectingDoorbell:
    """Brings the rows of a stream up to its head whenever it rings."""

    def __init__(self, events: MemoryEventStore, database: PostgresDatabase) -> None:
        self._events, self._database, self.is_heard = events, database, True

    def ring(self, stream: str) -> None:
        if self.is_heard:
            advance_stream(stream, self._events, self._database)


class MemoryResources(Struct):
    """Stores and queues in memory, rows in PostgreSQL."""

    settings: Settings
    events: MemoryEventStore
    objects: MemoryObjectStore
    jobs: MemoryJobQueue
    database: PostgresDatabase
    doorbell: ProjectingDoorbell
    dead_letters: dict[DeadMessageSource, DeadLetters]
    commands: Commands


@pytest.fixture
def resources(empty_database_url: str, tmp_path: Path) -> Iterator[MemoryResources]:
    prepare(empty_database_url)
    events, database = MemoryEventStore(), PostgresDatabase(empty_database_url)
    doorbell = ProjectingDoorbell(events, database)
    yield MemoryResources(
        settings=Settings(data_dir=tmp_path),
        events=events,
        objects=MemoryObjectStore(),
        jobs=MemoryJobQueue(pause_s=0),
        database=database,
        doorbell=doorbell,
        dead_letters={},
        commands=Commands(events, doorbell, database),
    )
    database.close()


@pytest.fixture
def cookies(resources: MemoryResources) -> MemoryResources:
    """A project and a dataset called cookies, with a class `crack` and five images."""
    commands, by = resources.commands, HANAKO.by
    commands.execute(project, "cookies", CreateProject(project_id="cookies", name="Cookies"), by=by)
    commands.execute(project, "cookies", DefineDefectClass(class_id="crack", name="Crack"), by=by)
    new = CreateDataset(dataset_id="cookies", project_id="cookies", name="Cookies")
    commands.execute(dataset, "cookies", new, by=by)
    images = tuple(NewImage(image_id=id, file=FILE) for id in IMAGES)
    commands.execute(dataset, "cookies", RegisterImages(images=images), by=by)
    return resources

"""The only file that names adapters: settings in, a wired platform out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kenpin.application.arrivals import Arrivals
from kenpin.application.execute import Commands
from kenpin.application.react import Reactions
from kenpin.ports import Doorbell, EventStore, JobQueue, ObjectStore, OtherTenant
from kenpin.read_models.catalogue import create_tables
from kenpin.read_models.database import Database
from kenpin.read_models.dataset_state import state_of
from kenpin.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

    from kenpin.adapters.postgres.connection import Database as PostgresDatabase
    from kenpin.application.move import Place


class Platform(Struct, frozen=True):
    """Everything an entry point may use."""

    settings: Settings
    events: EventStore
    objects: ObjectStore
    jobs: JobQueue
    doorbell: Doorbell
    database: Database
    commands: Commands
    reactions: Reactions
    seal: Callable[[float], int] = lambda seconds: 0
    """Write old history into segments for at most so many seconds, where replays gain by it; how many were written."""

    @property
    def arrivals(self) -> Arrivals:
        return Arrivals(self.commands, self.objects)

    def close(self) -> None:
        self.database.close()


def wire(settings: Settings) -> Platform:
    """A platform on the base that the settings name. Nothing is connected before it is used."""
    return {"local": _local, "aws": _aws}[settings.base](settings)


@cache
def platform() -> Platform:
    """The platform of this process, from the environment."""
    return wire(Settings())


def _local(settings: Settings) -> Platform:
    from kenpin.adapters.filesystem.doorbell import SocketDoorbell
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.postgres.connection import Database as PostgresDatabase
    from kenpin.adapters.postgres.event_store import PostgresEventStore
    from kenpin.adapters.postgres.job_queue import PostgresJobQueue

    database = PostgresDatabase(settings.database_url)
    objects = FilesystemObjectStore(settings.data_dir / "objects", "", signing_key(settings))
    events = PostgresEventStore(database, settings.tenant)
    return _platform(
        settings, events, objects, PostgresJobQueue(database), SocketDoorbell(settings.data_dir), database
    )


def _aws(settings: Settings) -> Platform:
    from kenpin.adapters.aws.doorbell import StreamDoorbell
    from kenpin.adapters.aws.event_store import DynamoEventStore
    from kenpin.adapters.aws.job_queue import SqsJobQueue
    from kenpin.adapters.aws.object_store import S3ObjectStore
    from kenpin.adapters.aws.sealer import Sealer
    from kenpin.adapters.postgres.connection import Database as PostgresDatabase

    database = PostgresDatabase(settings.database_url)
    objects = S3ObjectStore(settings.bucket)
    events = DynamoEventStore(settings.event_table, settings.tenant, objects=objects)
    jobs = SqsJobQueue(settings.queue_url, settings.dead_letter_url)
    wired = _platform(settings, events, objects, jobs, StreamDoorbell(), database)
    return replace(wired, seal=Sealer(events, events.segments, objects).seal)


def _platform(
    settings: Settings,
    events: EventStore,
    objects: ObjectStore,
    jobs: JobQueue,
    doorbell: Doorbell,
    database: PostgresDatabase,
) -> Platform:
    from kenpin.adapters.postgres.checkpoints import PostgresCheckpoints

    commands = Commands(events, doorbell, {"dataset": partial(state_of, database)})
    reactions = Reactions(events, PostgresCheckpoints(database), commands, jobs)
    return Platform(settings, events, objects, jobs, doorbell, database, commands, reactions)


def local_place(settings: Settings) -> tuple[Place, Callable[[], None]]:
    """One machine's history and objects, its schema made when it is not there; and how to let go of them.

    Raises OtherTenant: a machine is one factory.
    """
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.postgres.connection import Database as PostgresDatabase
    from kenpin.adapters.postgres.event_store import PostgresEventStore
    from kenpin.application.move import Place

    prepare(settings.database_url)
    database = PostgresDatabase(settings.database_url)
    objects = FilesystemObjectStore(settings.data_dir / "objects", "", signing_key(settings))
    events = PostgresEventStore(database, settings.tenant)
    if others := [tenant for tenant in events.tenants() if tenant != settings.tenant]:
        database.close()
        raise OtherTenant(
            f"{settings.data_dir} holds the history of tenant {others[0]}, not of {settings.tenant}"
        )
    return Place(str(settings.data_dir), events, objects), database.close


def aws_place(settings: Settings) -> Place:
    """Raises Unavailable, with what AWS said, when the table and the bucket are not ours to use."""
    from kenpin.adapters.aws.errors import explained
    from kenpin.adapters.aws.event_store import DynamoEventStore
    from kenpin.adapters.aws.object_store import S3ObjectStore
    from kenpin.application.move import Place

    with explained(f"table {settings.event_table} and bucket {settings.bucket}"):
        objects = S3ObjectStore(settings.bucket)
        events = DynamoEventStore(settings.event_table, settings.tenant, objects=objects)
        next(events.heads(), None)
        next(objects.names("images/"), None)
    return Place(f"aws:{settings.event_table}/{settings.bucket}", events, objects)


def folder_place(folder: Path, tenant: str) -> Place:
    """A folder of segments and objects, to be carried. Raises an Error when it is another tenant's."""
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.filesystem.segment_folder import SegmentFolder
    from kenpin.application.move import Place

    history = SegmentFolder(folder / "history", tenant)
    objects = FilesystemObjectStore(folder / "objects", "", b"")
    return Place(str(folder), history, objects, history.check, history.complete)


def signing_key(settings: Settings) -> bytes:
    """The key that signs file addresses: made at first start, readable by its owner alone."""
    path = settings.data_dir / "signing.key"
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def prepare(database_url: str) -> None:
    """Create the schema and the tables that are not there yet; needs the owner's rights."""
    from kenpin.adapters.postgres.connection import Database as PostgresDatabase
    from kenpin.adapters.postgres.connection import create_schema

    create_schema(database_url)
    database = PostgresDatabase(database_url)
    try:
        create_tables(database)
    finally:
        database.close()


def listen(settings: Settings, name: str) -> socket:
    """A socket that receives the name of a stream for each ring of this machine's doorbell."""
    from kenpin.adapters.filesystem.doorbell import SocketDoorbell

    return SocketDoorbell(settings.data_dir).listen(name)

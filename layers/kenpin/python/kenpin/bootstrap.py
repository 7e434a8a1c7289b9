"""The only file that names adapters: settings in, a wired platform out."""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from kenpin.application.execute import Commands
from kenpin.application.react import Reactions
from kenpin.ports import Doorbell, EventStore, JobQueue, ObjectStore, Unavailable
from kenpin.read_models.catalogue import create_tables
from kenpin.read_models.database import Database
from kenpin.read_models.dataset_state import state_of
from kenpin.settings import Settings

if TYPE_CHECKING:
    from socket import socket

    from kenpin.adapters.postgres.connection import Database as PostgresDatabase
    from kenpin.adapters.postgres.connection import Login
    from kenpin.application.arrivals import Arrivals


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

    @property
    def arrivals(self) -> Arrivals:
        from kenpin.application.arrivals import Arrivals  # it opens pictures, which few functions do

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

    database = _rows(settings)
    return _platform(
        settings,
        DynamoEventStore(settings.event_table, settings.tenant),
        S3ObjectStore(settings.bucket),
        SqsJobQueue(settings.queue_url, settings.dead_letter_url),
        StreamDoorbell(),
        database,
    )


def _rows(settings: Settings) -> PostgresDatabase:
    from kenpin.adapters.postgres.connection import Database, ProxiedDatabase

    if settings.database_auth == "url":
        return Database(settings.database_url)
    from kenpin.adapters.aws.database_login import ROOTS, TokenLogin

    return ProxiedDatabase(settings.database_url, login=TokenLogin(settings.database_url, ROOTS))


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


def prepare(database_url: str, login: Login | None = None) -> None:
    """Create the schema and the tables that are not there yet; needs the owner's rights."""
    from kenpin.adapters.postgres.connection import Database, by_address, create_schema

    login = login or by_address
    create_schema(database_url, login)
    database = Database(database_url, login=login)
    try:
        create_tables(database)
    finally:
        database.close()


def migrate(settings: Settings) -> None:
    """`prepare` in an AWS account. The owner has a token's rights once the schema is there; before, a password's."""
    from kenpin.adapters.aws.database_login import RDS_ROOTS, PasswordLogin, TokenLogin

    try:
        prepare(settings.database_url, TokenLogin(settings.database_url, RDS_ROOTS))
    except Unavailable:
        prepare(settings.database_url, PasswordLogin(settings.owner_secret, RDS_ROOTS))


def listen(settings: Settings, name: str) -> socket:
    """A socket that receives the name of a stream for each ring of this machine's doorbell."""
    from kenpin.adapters.filesystem.doorbell import SocketDoorbell

    return SocketDoorbell(settings.data_dir).listen(name)

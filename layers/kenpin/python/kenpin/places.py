"""The places that a whole factory can lie in, for whoever moves one: beside `bootstrap` the only file with adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kenpin.application.move import Place
from kenpin.bootstrap import prepare, signing_key
from kenpin.ports import OtherTenant
from kenpin.settings import Settings

if TYPE_CHECKING:
    from kenpin.adapters.postgres.connection import Database


def local_place(settings: Settings) -> tuple[Place, Callable[[], None]]:
    """One machine's history and objects, its schema made when it is not there; and how to let go of them.

    Raises OtherTenant: a machine is one factory.
    """
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.postgres.connection import Database
    from kenpin.adapters.postgres.event_store import PostgresEventStore

    prepare(settings.database_url)
    database = Database(settings.database_url)
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

    history = SegmentFolder(folder / "history", tenant)
    objects = FilesystemObjectStore(folder / "objects", "", b"")
    return Place(str(folder), history, objects, history.check, history.complete)


@contextmanager
def scratch(url: str) -> Iterator[Database | None]:
    """A database for rows of one's own, which must hold nothing of Kenpin (else None), and does not afterwards."""
    from kenpin.adapters.postgres.connection import Database, drop_schema, is_empty

    if not is_empty(url):
        yield None
        return
    try:
        prepare(url)
        database = Database(url)
        try:
            yield database
        finally:
            database.close()
    finally:
        drop_schema(url)

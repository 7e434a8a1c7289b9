"""Places of a move, each of which holds a whole factory: one machine, an AWS account, a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kenpin.application.move import Place
from kenpin.bootstrap.databases import prepare
from kenpin.bootstrap.wiring import signing_key
from kenpin.ports import OtherTenant
from kenpin.settings import Settings


def local_place(settings: Settings) -> tuple[Place, Callable[[], None]]:
    """Open one machine, its schema made when it is not there; return it with what closes it.

    Raises OtherTenant: a machine is one factory.
    """
    from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.postgres.connection import PostgresDatabase
    from kenpin.adapters.postgres.event_store import PostgresEventStore

    prepare(settings.database_url)
    database = PostgresDatabase(settings.database_url)
    objects = FilesystemObjectStore(settings.data_dir / "objects", "", signing_key(settings))
    events = PostgresEventStore(database, settings.tenant)
    if others := [tenant for tenant in events.tenants() if tenant != settings.tenant]:
        database.close()
        raise OtherTenant(
            f"{settings.data_dir} holds the history of tenant {others[0]}, not of {settings.tenant}"
        )
    folder = Path(settings.anchor_dir or settings.data_dir / "anchors")
    place = Place(
        str(settings.data_dir),
        events,
        objects,
        anchors=FilesystemAnchorRecords(folder),
        moved_anchors=lambda key: FilesystemAnchorRecords(folder / f"moved-{key}"),
    )
    return place, database.close


def aws_place(settings: Settings) -> Place:
    """Open an AWS account. Raises Unavailable when the table or the bucket is not ours to use."""
    from kenpin.adapters.aws.anchor_records import S3AnchorRecords
    from kenpin.adapters.aws.errors import unavailable_on_error
    from kenpin.adapters.aws.event_store import DynamoEventStore
    from kenpin.adapters.aws.object_store import S3ObjectStore

    with unavailable_on_error(f"table {settings.event_table} and bucket {settings.bucket}"):
        objects = S3ObjectStore(settings.bucket)
        events = DynamoEventStore(settings.event_table, settings.tenant, objects=objects)
        next(events.heads(), None)
        next(objects.names("images/"), None)
    locked = S3ObjectStore(settings.anchor_bucket) if settings.anchor_bucket else objects
    return Place(
        f"aws:{settings.event_table}/{settings.bucket}",
        events,
        objects,
        anchors=S3AnchorRecords(locked),
        moved_anchors=lambda key: S3AnchorRecords(locked, f"moved-anchors/{key}/"),
    )


def folder_place(folder: Path, tenant: str) -> Place:
    """Open a folder of segments and objects. Raises an Error when it is another tenant's."""
    from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords
    from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
    from kenpin.adapters.filesystem.segments import SegmentFolder

    history = SegmentFolder(folder / "history", tenant)
    objects = FilesystemObjectStore(folder / "objects", "", b"")
    anchors = FilesystemAnchorRecords(folder / "anchors")
    return Place(str(folder), history, objects, history.check, history.complete, anchors, lambda key: anchors)

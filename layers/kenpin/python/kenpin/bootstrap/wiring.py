"""Wiring: settings → the platform, whose parts are made when they are first used.

Each part imports what it needs when it is made, so a function that uses no queue does not load a queue's client.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kenpin.application.metrics import Metrics
from kenpin.ports.errors import Unavailable
from kenpin.settings import Settings

if TYPE_CHECKING:
    from socket import socket

    from kenpin.adapters.aws.event_store import DynamoEventStore
    from kenpin.adapters.postgres.connection import PostgresDatabase
    from kenpin.application.anchors import Anchors
    from kenpin.application.execute import Commands
    from kenpin.application.react import Reactions
    from kenpin.domain.disk_space import DiskSpace
    from kenpin.ports import DeadLetters, DeadMessageSource, Doorbell, EventStore, JobQueue, ObjectStore
    from kenpin.ports.anchors import Records, Signer, TimeStampAuthority


class Platform(ABC):
    """The parts that entry points and use cases use. Each is made and connected at its first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.metrics = settings, Metrics()

    @property
    @abstractmethod
    def events(self) -> EventStore: ...

    @property
    @abstractmethod
    def objects(self) -> ObjectStore: ...

    @property
    @abstractmethod
    def jobs(self) -> JobQueue: ...

    @property
    @abstractmethod
    def doorbell(self) -> Doorbell: ...

    @cached_property
    def database(self) -> PostgresDatabase:
        from kenpin.adapters.postgres.connection import PostgresDatabase

        return PostgresDatabase(self.settings.database_url, role=self.settings.database_role)

    @contextmanager
    def reading_only(self) -> Iterator[None]:
        """Refuse writes within the block. On AWS the login of the function does that already."""
        yield

    @property
    def dead_letters(self) -> Mapping[DeadMessageSource, DeadLetters]:
        """Messages that could not be delivered; none on one machine, where everything is a call."""
        return {}

    @cached_property
    def commands(self) -> Commands:
        from kenpin.application.execute import Commands

        return Commands(self.events, self.doorbell, self.database, self.metrics)

    @cached_property
    def reactions(self) -> Reactions:
        from kenpin.adapters.postgres.checkpoints import PostgresCheckpoints
        from kenpin.application.react import Reactions

        checkpoints = PostgresCheckpoints(self.database)
        return Reactions(self.events, checkpoints, self.commands, self.jobs, self.metrics, self.database)

    @property
    @abstractmethod
    def anchor_records(self) -> Records: ...

    def anchor_mirror(self) -> Records | None:
        """Return the mirror of the anchors; None where none is set. Raises Unavailable for a folder that is gone."""
        from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords

        if not (place := self.settings.anchor_mirror):
            return None
        if place.startswith("s3://"):
            return _mirror_bucket(*place.removeprefix("s3://").partition("/")[::2])
        if not Path(place).is_dir():
            raise Unavailable(f"the mirror of anchors, {place}, is no folder now")
        return FilesystemAnchorRecords(Path(place))

    def time_stamp_authority(self) -> TimeStampAuthority | None:
        """Return the authority that stamps anchors; None where none is set."""
        from kenpin.adapters.http.time_stamps import HttpTimeStampAuthority

        return HttpTimeStampAuthority(self.settings.tsa_url) if self.settings.tsa_url else None

    @abstractmethod
    def signer(self) -> Signer:
        """Return the signer of anchors. Raises CannotSign where there is no key."""

    @cached_property
    def anchors(self) -> Anchors:
        from kenpin.application.anchors import Anchors

        return Anchors(self.events, self.signer(), self.anchor_records)

    def webhook_key(self) -> bytes:
        """Return the key that the secrets of webhooks follow from. Raises WebhooksNeedOneMachine."""
        from kenpin.domain.project.refusals import WebhooksNeedOneMachine

        raise WebhooksNeedOneMachine

    def seal(self, seconds: float) -> int:
        """Write old history into segments for at most `seconds`; return how many. Only AWS has segments."""
        return 0

    def disk_space(self) -> DiskSpace | None:
        """Return the space of the disk with the data; None where no disk can be full."""
        return None

    def end_call(self) -> None:
        """Close the connections to a database that sleeps: one of a frozen function would keep it awake."""
        if self.settings.database_wake_seconds and "database" in vars(self):
            self.database.close()

    def close(self) -> None:
        self.database.close()


class OneMachine(Platform):
    """PostgreSQL and a folder."""

    @contextmanager
    def reading_only(self) -> Iterator[None]:
        from kenpin.adapters.postgres.connection import acting_as

        with acting_as("reader"):
            yield

    @cached_property
    def events(self) -> EventStore:
        from kenpin.adapters.postgres.event_store import PostgresEventStore

        return PostgresEventStore(self.database, self.settings.tenant)

    @cached_property
    def objects(self) -> ObjectStore:
        from kenpin.adapters.filesystem.object_store import FilesystemObjectStore

        return FilesystemObjectStore(self.settings.data_dir / "objects", "", signing_key(self.settings))

    @cached_property
    def jobs(self) -> JobQueue:
        from kenpin.adapters.postgres.job_queue import PostgresJobQueue

        return PostgresJobQueue(self.database, lanes=self.settings.runs_per_project)

    @cached_property
    def doorbell(self) -> Doorbell:
        from kenpin.adapters.filesystem.doorbell import SocketDoorbell

        return SocketDoorbell(self.settings.data_dir)

    @cached_property
    def anchor_records(self) -> Records:
        from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords

        return FilesystemAnchorRecords(Path(self.settings.anchor_dir or self.settings.data_dir / "anchors"))

    def signer(self) -> Signer:
        from kenpin.adapters.filesystem.signing_key import FileSigner

        return FileSigner(self.settings.data_dir / "keys" / "anchor.pem", self.anchor_records)

    def webhook_key(self) -> bytes:
        return _key_in(self.settings.data_dir / "webhooks.key")

    def disk_space(self) -> DiskSpace:
        from kenpin.adapters.filesystem.object_store import disk_space

        return disk_space(self.settings.data_dir)


class Aws(Platform):
    """DynamoDB, S3, SQS and Aurora."""

    @cached_property
    def events(self) -> DynamoEventStore:
        from kenpin.adapters.aws.event_store import DynamoEventStore

        table, tenant = self.settings.event_table, self.settings.tenant
        return DynamoEventStore(table, tenant, objects=self.objects, metrics=self.metrics)

    @cached_property
    def objects(self) -> ObjectStore:
        from kenpin.adapters.aws.object_store import S3ObjectStore

        return S3ObjectStore(self.settings.bucket, files_key=self.settings.files_key)

    @cached_property
    def jobs(self) -> JobQueue:
        from kenpin.adapters.aws.job_queue import SqsJobQueue

        urls = (self.settings.queue_url, self.settings.dead_letter_url)
        return SqsJobQueue(*urls, lanes=self.settings.runs_per_project)

    @cached_property
    def dead_letters(self) -> Mapping[DeadMessageSource, DeadLetters]:
        from kenpin.adapters.aws.dead_letters import SqsDeadLetters

        urls: dict[DeadMessageSource, str] = {
            "intake": self.settings.dead_intake_url,
            "unheard": self.settings.unheard_url,
        }
        return {source: SqsDeadLetters(url) for source, url in urls.items()}

    @cached_property
    def doorbell(self) -> Doorbell:
        from kenpin.adapters.aws.doorbell import StreamDoorbell

        return StreamDoorbell()

    @cached_property
    def anchor_records(self) -> Records:
        from kenpin.adapters.aws.anchor_records import S3AnchorRecords
        from kenpin.adapters.aws.object_store import S3ObjectStore

        return S3AnchorRecords(S3ObjectStore(self.settings.anchor_bucket or self.settings.bucket))

    def signer(self) -> Signer:
        from kenpin.adapters.aws.signing_key import KmsSigner

        return KmsSigner(self.settings.anchor_key)

    @cached_property
    def database(self) -> PostgresDatabase:
        from kenpin.adapters.postgres.connection import (
            PostgresDatabase,
            ProxiedDatabase,
            SleepingDatabase,
            waiting,
        )

        url, role = self.settings.database_url, self.settings.database_role
        if self.settings.database_auth == "url":
            return PostgresDatabase(url, role=role)
        from kenpin.adapters.aws.database_login import RDS_ROOTS, ROOTS, TokenLogin
        from kenpin.read_models.layout import LAYOUT

        user = f"kenpin_{role}_{LAYOUT}"
        if wake_s := self.settings.database_wake_seconds:
            return SleepingDatabase(url, login=waiting(TokenLogin(url, RDS_ROOTS, user), wake_s))
        return ProxiedDatabase(url, login=TokenLogin(url, ROOTS, user))

    def seal(self, seconds: float) -> int:
        from kenpin.adapters.aws.sealer import Sealer

        return Sealer(self.events, self.events.segments, self.objects).seal(seconds)


def _mirror_bucket(bucket: str, prefix: str) -> Records:
    from kenpin.adapters.aws.anchor_records import S3AnchorRecords
    from kenpin.adapters.aws.object_store import S3ObjectStore

    return S3AnchorRecords(S3ObjectStore(bucket), f"{prefix.strip('/')}/" if prefix else "")


BASES: Final = {"local": OneMachine, "aws": Aws}


def wire(settings: Settings) -> Platform:
    """Return the platform on the base that the settings name."""
    return BASES[settings.base](settings)


@cache
def platform() -> Platform:
    """Return the platform of this process, from the environment."""
    return wire(Settings())


def signing_key(settings: Settings) -> bytes:
    """Return the key that signs file URLs; it is made at the first start."""
    return _key_in(settings.data_dir / "signing.key")


def _key_in(path: Path) -> bytes:
    """Return the 32 random bytes of a file; it is made when it is missing, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def listen(settings: Settings, name: str) -> socket:
    """Return a socket that receives the name of a stream for each ring of this machine's doorbell."""
    from kenpin.adapters.filesystem.doorbell import SocketDoorbell

    return SocketDoorbell(settings.data_dir).listen(name)

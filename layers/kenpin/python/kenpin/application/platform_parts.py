"""The parts of the platform that use cases need: stores, queues and rows."""

from collections.abc import Mapping
from typing import Protocol

from kenpin.application.execute import Commands
from kenpin.ports import DeadLetters, DeadMessageSource, Doorbell, EventStore, JobQueue, ObjectStore
from kenpin.projections.database import Database
from kenpin.settings import Settings


class PlatformParts(Protocol):
    """All that a use case may use; each part is made when it is first asked for."""

    @property
    def settings(self) -> Settings: ...

    @property
    def events(self) -> EventStore: ...

    @property
    def objects(self) -> ObjectStore: ...

    @property
    def jobs(self) -> JobQueue: ...

    @property
    def dead_letters(self) -> Mapping[DeadMessageSource, DeadLetters]: ...

    @property
    def doorbell(self) -> Doorbell: ...

    @property
    def database(self) -> Database: ...

    @property
    def commands(self) -> Commands: ...

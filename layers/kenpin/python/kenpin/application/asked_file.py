"""Zip files that somebody asks for: request, progress and end are objects beside the file."""

from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, TypeVar

import msgspec
from msgspec import Struct

from kenpin.ports import NotFound, ObjectStore

REQUESTS: Final = "export-requests/"
EXPORTS: Final = "exports/"
STEPS: Final = 20
"""Times that the progress of a file is noted."""
T = TypeVar("T")


class AskedAt(Struct, frozen=True):
    """The time of any request."""

    asked_at: datetime


class TooLate(Exception):
    """The function's time is over."""


def requested_at(objects: ObjectStore, request: str) -> datetime:
    """Return the time of a request, by the name of its object."""
    with objects.open(request) as file:
        return msgspec.json.decode(file.read(), type=AskedAt).asked_at


class AskedFile(Struct, frozen=True):
    """A zip file that somebody asked for, such as an export or an audit pack."""

    objects: ObjectStore
    name: str

    def ask(self, request: Struct) -> None:
        """Ask for the file; a function that hears of the request makes it."""
        self.objects.put(f"{REQUESTS}{self.name}", BytesIO(msgspec.json.encode(request)))

    def request(self, kind: type[T]) -> T | None:
        """Return the request; None when it was carried out before, or nobody asks for the file."""
        if self.objects.has([f"{EXPORTS}{self.name}.json"]):
            return None
        try:
            with self.objects.open(f"{REQUESTS}{self.name}") as file:
                return msgspec.json.decode(file.read(), type=kind)
        except NotFound:
            return None

    def percent(self) -> int:
        """Return how much of the file is made; 100 once it has ended. Raises NotFound."""
        notes = list(self.objects.names(f"{EXPORTS}{self.name}."))
        if f"{EXPORTS}{self.name}.json" in notes:
            return 100
        if not notes and not self.objects.has([f"{REQUESTS}{self.name}"]):
            raise NotFound(self.name)
        return max((int(note[-3:]) for note in notes if ".at-" in note), default=0)

    def outcome(self, kind: type[T]) -> T:
        """Return how it ended. Raises NotFound before."""
        with self.objects.open(f"{EXPORTS}{self.name}.json") as file:
            return msgspec.json.decode(file.read(), type=kind)

    def url(self) -> str:
        """Return the signed address of the file."""
        return self.objects.download_url(f"{EXPORTS}{self.name}.zip")

    def store(self, file: BinaryIO) -> None:
        self.objects.put(f"{EXPORTS}{self.name}.zip", file)

    def end(self, outcome: Struct) -> None:
        self.objects.put(f"{EXPORTS}{self.name}.json", BytesIO(msgspec.json.encode(outcome)))


class ProgressNotes:
    """Notes how far a file is, STEPS times at most."""

    def __init__(self, asked: AskedFile) -> None:
        self._asked, self._noted = asked, 0

    def reach(self, done: int, total: int) -> None:
        if (step := done * STEPS // max(total, 1)) > self._noted:
            self._noted = step
            percent = min(step * 100 // STEPS, 99)
            self._asked.objects.put(f"{EXPORTS}{self._asked.name}.at-{percent:03d}", BytesIO())

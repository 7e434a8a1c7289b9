"""Port of the checkpoints of readers that keep no rows."""

from collections.abc import Mapping
from typing import Protocol


class Checkpoints(Protocol):
    """The version in each stream that a reader without rows has reached."""

    def at(self, reader: str, stream: str) -> int:
        """Return the version of the last event that was processed; 0 before the first."""
        ...

    def all(self, reader: str) -> Mapping[str, int]:
        """Return the version of each stream, for the sweeper."""
        ...

    def move(self, reader: str, stream: str, version: int) -> None:
        """Set the version; a lower one than before is ignored."""
        ...

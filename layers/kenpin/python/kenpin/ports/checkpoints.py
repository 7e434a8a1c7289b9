"""Port of the checkpoints of readers that keep no rows."""

from collections.abc import Mapping
from typing import Protocol


class Checkpoints(Protocol):
    """The place in each stream of a reader that keeps no rows."""

    def at(self, reader: str, stream: str) -> int:
        """The version of the last event it is done with; 0 before the first."""
        ...

    def all(self, reader: str) -> Mapping[str, int]:
        """Stream → that version, for the sweeper."""
        ...

    def move(self, reader: str, stream: str, version: int) -> None:
        """Only ever forward."""
        ...

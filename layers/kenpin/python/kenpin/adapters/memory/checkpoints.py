"""Readers' checkpoints in memory."""

from collections.abc import Mapping


class MemoryCheckpoints:
    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], int] = {}

    def at(self, reader: str, stream: str) -> int:
        return self._versions.get((reader, stream), 0)

    def all(self, reader: str) -> Mapping[str, int]:
        return {stream: version for (of, stream), version in self._versions.items() if of == reader}

    def move(self, reader: str, stream: str, version: int) -> None:
        self._versions[reader, stream] = max(version, self.at(reader, stream))

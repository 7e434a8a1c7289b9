"""The object store in memory: the shortest implementation of the port."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import BinaryIO

from kenpin.domain.ids import ProjectId, Sha256, upload_name
from kenpin.ports import NotFound


class MemoryObjectStore:
    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    def put(self, name: str, body: BinaryIO) -> None:
        self._objects.setdefault(name, body.read())

    def open(self, name: str) -> BinaryIO:
        if name not in self._objects:
            raise NotFound(name)
        return BytesIO(self._objects[name])

    def has(self, names: Sequence[str]) -> set[str]:
        return set(names) & self._objects.keys()

    def keep(self, name: str, under: str) -> None:
        self.put(under, self.open(name))

    def names(self, prefix: str) -> Iterator[str]:
        return iter(sorted(name for name in self._objects if name.startswith(prefix)))

    def notes(self, name: str) -> Mapping[str, str]:
        self.open(name)
        return {}

    def expire(self, prefix: str) -> None:
        alike = (
            [name for name in self._objects if name.startswith(prefix)] if prefix.endswith(".") else [prefix]
        )
        for name in alike:
            self._objects.pop(name, None)

    def expirable(self, prefix: str) -> Iterator[str]:
        return self.names(prefix)

    def erase(self, names: Sequence[str]) -> None:
        for name in names:
            self._objects.pop(name, None)

    def download_url(self, name: str) -> str:
        return f"memory:{name}"

    def upload_url(self, project_id: ProjectId, digest: Sha256, size: int, media_type: str) -> str:
        return f"memory:{upload_name(project_id, digest)}"

"""Anchors and keys as objects under a prefix, each stored once."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from kenpin.ports import ObjectStore

PREFIX: Final = "anchors/"


class S3AnchorRecords:
    def __init__(self, objects: ObjectStore, prefix: str = PREFIX) -> None:
        self._objects, self._prefix = objects, prefix

    def names(self, ending: str = ".json") -> Iterator[str]:
        for name in self._objects.names(self._prefix):
            if name.endswith(ending):
                yield name.removeprefix(self._prefix)

    def read(self, name: str) -> bytes:
        with self._objects.open(self._prefix + name) as body:
            return body.read()

    def add(self, name: str, body: bytes) -> bool:
        """Add a record. A second put of a name does nothing, so the bytes that are there afterwards came first."""
        self._objects.put(self._prefix + name, BytesIO(body))
        return self.read(name) == body

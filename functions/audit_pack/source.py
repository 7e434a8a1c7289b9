"""The source of an audit pack: history as stored, signed records and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from kenpin.domain.commit import Commit, Head


class PictureUnreadable(Exception):
    """The bytes of a picture cannot be read; the message says why."""


class PackSource(Protocol):
    """The source of a pack: the platform itself, or its API."""

    def take_anchor(self) -> str:
        """Take an anchor for the pack. Return the reason when that is refused; else empty."""
        ...

    def records(self) -> list[tuple[str, bytes]]:
        """Return anchors and keys: name and bytes."""
        ...

    def heads(self) -> Iterable[Head]:
        """Return the head of every stream."""
        ...

    def commits(self, stream: str, upto: int) -> Iterator[Commit]:
        """Yield every commit that begins at or before version `upto`, oldest first."""
        ...

    def picture(self, dataset_id: str, image_id: str) -> bytes | None:
        """Return the bytes that the platform stores; None for an erased image. Raises PictureUnreadable."""
        ...

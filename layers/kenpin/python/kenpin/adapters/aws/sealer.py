"""The sealer: write old commits into segments. Two at once repeat the same work without harm."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from msgspec import Struct

from kenpin.adapters.aws.segments import Segments, object_name
from kenpin.application.segment import EVENTS, IN_MEMORY, BrokenSegment, Header, full, write
from kenpin.domain.commit import Head, genesis
from kenpin.ports import EventStore, ObjectStore

UNSEALED_EVENTS: Final = 10_000
"""The newest events of a stream, which stay unsealed: a reader at the head never opens a segment."""

logger = logging.getLogger("kenpin.segments")


class Sealer(Struct, frozen=True):
    store: EventStore
    segments: Segments
    objects: ObjectStore

    def seal(self, seconds: float) -> int:
        """Seal old commits for about `seconds`; return the number of segments. The rest waits for the next call."""
        until, sealed = time.monotonic() + seconds, 0
        for head in self.store.heads():
            if head.version < EVENTS + UNSEALED_EVENTS:
                continue
            for header in self._due(head):
                self.segments.add(header)
                sealed += 1
                if time.monotonic() >= until:
                    return sealed
        return sealed

    def _due(self, head: Head) -> Iterator[Header]:
        """Write and yield each segment that is due."""
        last = next(reversed(self.segments.look(head.stream)), None)
        reached = Head(head.stream, last.last, bytes.fromhex(last.hash)) if last else self._start(head)
        try:
            while head.version - reached.version >= EVENTS + UNSEALED_EVENTS:
                header = self._write(reached)
                yield header
                reached = Head(head.stream, header.last, bytes.fromhex(header.hash))
        except BrokenSegment:
            logger.exception("%s is not as it was appended and is sealed no further", head.stream)

    def _start(self, head: Head) -> Head:
        return Head(head.stream, 0, genesis(self.store.tenant, head.stream))

    def _write(self, after: Head) -> Header:
        """Write the next segment. Raises BrokenSegment when the items do not chain: such history is not sealed."""
        commits = full(self.store.read(after.stream, after.version))
        with cast("BinaryIO", SpooledTemporaryFile(IN_MEMORY)) as body:
            header = write(body, self.store.tenant, after, commits)
            body.seek(0)
            self.objects.put(object_name(header), body)
        return header

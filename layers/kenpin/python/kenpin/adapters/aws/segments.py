"""Sealed segments: closed runs of old commits as objects, so that a long replay reads no old item of the table.

pk                 sk         what
<tenant>#<stream>  Z<first>   the commits from this version on are also in a segment; written once

The object is `segments/<tenant>/<stream>/<first>-<last>-<hash>`. The items stay and are the truth: a segment that
is missing or was altered is reported, and its commits are read from their items.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO, Final

from botocore.exceptions import ClientError

from kenpin.adapters.aws.items import LAST_VERSION, at, put_once, stream_pk
from kenpin.application.segment import BrokenSegment, Header, Segment
from kenpin.ports import Error

if TYPE_CHECKING:
    from kenpin.adapters.aws.items import Item
    from kenpin.adapters.aws.table import Table
    from kenpin.domain.commit import Commit
    from kenpin.ports import ObjectStore

STREAMS_REMEMBERED: Final = 10_000
UNREADABLE: Final = (Error, ClientError)
logger = logging.getLogger("kenpin.segments")


def segment_sk(first: int) -> str:
    return f"Z{first:012d}"


def object_name(header: Header) -> str:
    return f"segments/{header.tenant}/{header.stream}/{header.name}"


class Segments:
    """The segments of each stream, remembered, as a sealed segment stays sealed."""

    def __init__(self, table: Table, tenant: str, objects: ObjectStore | None) -> None:
        self._table, self._tenant, self._objects = table, tenant, objects
        self._known: dict[str, list[Header]] = {}

    def of(self, stream: str) -> list[Header]:
        """Return the known segments, in order and without gaps from version 1 on, without a request."""
        return self._known.get(stream, [])

    def is_known(self, stream: str) -> bool:
        return stream in self._known

    def look(self, stream: str) -> list[Header]:
        """Look up the current segments with one request."""
        known = self.of(stream)
        if self._objects is None:
            return known
        low = segment_sk(known[-1].last + 1 if known else 1)
        pages = self._table.pages(stream_pk(self._tenant, stream), low, segment_sk(LAST_VERSION))
        found = [_header_in(self._tenant, stream, item) for page in pages for item in page.items]
        if len(self._known) >= STREAMS_REMEMBERED:
            self._known.clear()
        self._known[stream] = [*known, *found]
        return self._known[stream]

    def add(self, header: Header) -> None:
        """Record a segment whose object is stored; a repeat does nothing."""
        sk = segment_sk(header.first)
        item = at(stream_pk(self._tenant, header.stream), sk)
        put = put_once(
            {
                **item,
                "last": {"N": str(header.last)},
                "previous": {"S": header.previous},
                "hash": {"S": header.hash},
            }
        )
        for _ in self._table.tries():
            outcome = self._table.write({sk: put}, token=header.hash[:32] + "seal")
            if outcome not in ("busy", "answer lost"):
                return

    def bodies(self, headers: Sequence[Header]) -> Iterator[tuple[Header, Future[BinaryIO]]]:
        """Yield each segment with its bytes; while one is read, the next is fetched."""
        with ThreadPoolExecutor(1) as pool:
            coming = deque(pool.submit(self._open, header) for header in headers[:1])
            for header, following in zip_longest(headers, headers[1:]):
                if following:
                    coming.append(pool.submit(self._open, following))
                yield header, coming.popleft()

    def _open(self, header: Header) -> BinaryIO:
        assert self._objects is not None, "segments are known only where there are objects"
        return self._objects.open(object_name(header))


def read(header: Header, body: Future[BinaryIO], after: int, upto: int) -> Iterator[Commit]:
    """Yield the commits of a segment that begin after `after` and not after `upto`; fewer when reading fails."""
    try:
        with body.result() as file:
            segment = Segment(file)
            if segment.header != header:
                raise BrokenSegment(header.stream, header.first, "another segment lies in its place")
            yield from (commit for commit in segment.commits() if after < commit.first <= upto)
    except UNREADABLE as reason:
        logger.warning("%s is read from the table instead: %s", object_name(header), reason)


def _header_in(tenant: str, stream: str, item: Item) -> Header:
    first, last = int(item["sk"]["S"].removeprefix("Z")), int(item["last"]["N"])
    return Header(tenant, stream, first, last, item["previous"]["S"], item["hash"]["S"])

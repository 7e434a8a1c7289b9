"""The event store on DynamoDB: a commit is one transaction that moves the head of its stream."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.items import (
    HEAD,
    LAST_VERSION,
    Append,
    answer_in,
    commit_in,
    commit_sk,
    entity_sk,
    head_in,
    key_sk,
    recorded_at_in,
    restoring,
    revision_in,
    stream_in,
    stream_pk,
    stream_sk,
)
from kenpin.adapters.aws.segments import Segments, read
from kenpin.adapters.aws.table import MOST_KEYS, MOST_WRITES, ConditionsFailed, Table
from kenpin.application.metrics import Metrics
from kenpin.application.restore import RestorePart, new_commits, split_into_parts
from kenpin.domain.catalogue import CLOCK_BEHIND, meta_of, seal
from kenpin.domain.commit import Commit, Head, check_entities
from kenpin.domain.event import Context, Event
from kenpin.ports import Appended, ConcurrencyConflict, EntityConflict, IdempotencyKey, ObjectStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from kenpin.adapters.aws.items import Item

logger = logging.getLogger("kenpin.event_store")

MAX_RACES: Final = 8
"""Lost races on the head in a row before a pause."""
HEADS_REMEMBERED: Final = 10_000
RESTORED_ITEMS: Final = MOST_WRITES - 2
RESTORED_BYTES: Final = 3_500_000
"""Bytes of a transaction that restores; its commits and images leave room for the head and the register."""
LAST_CHARACTER: Final = "\U0010ffff"


class TableBusy(Struct, frozen=True):
    """The table is busy. `in_doubt`: the transaction may have been stored, and is sent again until that is known."""

    head: Head
    in_doubt: bool


class DynamoEventStore:
    """The event store on DynamoDB. A writer assumes the head it saw last; the table's condition decides."""

    def __init__(
        self,
        table: str,
        tenant: str,
        client: DynamoDBClient | None = None,
        sleep: Callable[[float], None] = time.sleep,
        objects: ObjectStore | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """`objects`: the store of sealed segments; without it, all is read from the table."""
        self.tenant, self._metrics = tenant, metrics or Metrics()
        self._table = Table(table, client or clients.dynamodb(), sleep)
        self.segments = Segments(self._table, tenant, objects)
        self._heads: dict[str, Head] = {}
        self._times: dict[bytes, datetime] = {}
        """Hash of a remembered head → the time of its commit."""

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        context: Context,
        *,
        expected: int | None = None,
        entities: Mapping[str, int] | None = None,
        key: IdempotencyKey | None = None,
    ) -> Appended:
        now = datetime.now(UTC)
        meta, body = seal(events, context, now)
        entities = entities or {}
        check_entities(len(entities))
        request = Append(self.tenant, stream, len(events), meta, body, now, expected, entities, key)
        return self._append(request, self._guess(stream, expected))

    def appended(self, stream: str, key: IdempotencyKey) -> Appended | None:
        item = self._table.get(self._pk(stream), key_sk(key))
        return answer_in(stream, key, item) if item else None

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        """Read sealed commits from segments and the rest from the table.

        The segments are looked up once, where they may help: at the start of a stream that this process has not
        read before, or when a read is longer than a page.
        """
        last = LAST_VERSION if upto is None else upto
        if looked_up := after == 0 and not self.segments.is_known(stream):
            self.segments.look(stream)
        while True:
            for commit in self._sealed(stream, after, last):
                yield commit
                after = commit.last
            for page in self._table.pages(self._pk(stream), commit_sk(after + 1), commit_sk(last)):
                for item in page.items:
                    yield (commit := commit_in(stream, item))
                    after = commit.last
                if page.more and not looked_up:
                    looked_up = True
                    self.segments.look(stream)
                    break
            else:
                return

    def _sealed(self, stream: str, after: int, upto: int) -> Iterator[Commit]:
        """Yield the commits of known segments; those that cannot be read come from the table's items."""
        useful = [s for s in self.segments.of(stream) if s.last > after and s.first <= upto]
        for header, body in self.segments.bodies(useful):
            for commit in read(header, body, after, upto):
                yield commit
                after = commit.last
            low, high = commit_sk(after + 1), commit_sk(min(upto, header.last))
            for page in self._table.pages(self._pk(stream), low, high):
                yield from (commit_in(stream, item) for item in page.items)
            after = max(after, header.last)

    def head(self, stream: str) -> Head:
        return self._found(stream, self._table.get(self._pk(stream), HEAD))

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        low, high = stream_sk(max(prefix, after)), stream_sk(prefix + LAST_CHARACTER)
        for page in self._table.pages(self.tenant, low, high, limit=MOST_KEYS):
            streams = [stream for item in page.items if (stream := stream_in(item)) > after]
            found = self._table.get_many([(self._pk(stream), HEAD) for stream in streams])
            for stream in streams:
                yield self._found(stream, found[self._pk(stream), HEAD])

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        pk = self._pk(stream)
        found = self._table.get_many([(pk, entity_sk(entity)) for entity in dict.fromkeys(entities)])
        return {entity: revision_in(found.get((pk, entity_sk(entity)))) for entity in entities}

    def holding(self, stream: str, versions: Sequence[int]) -> list[Commit]:
        """Read each commit from the table, which holds sealed commits as well."""
        found: list[Commit] = []
        for version in sorted(set(versions)):
            if found and version <= found[-1].last:
                continue
            item = self._table.last(self._pk(stream), commit_sk(1), commit_sk(version))
            if item and (commit := commit_in(stream, item)).last >= version:
                found.append(commit)
        return found

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        """Store commits. One with more images than a transaction takes writes their revisions first, then its head.

        Broken off in between, these images conflict with every append until the restore continues.
        """
        head = self.head(stream)
        for part in split_into_parts(new_commits(self, stream, commits), RESTORED_ITEMS, RESTORED_BYTES):
            head = self._restore(head, part)
        return head

    def _restore(self, head: Head, part: RestorePart) -> Head:
        end = Head(head.stream, part.last.last, part.last.hash)
        writes = list(restoring(self.tenant, head, part).items())
        token = end.hash.hex()[:30]
        while (
            over := len(writes) - MOST_WRITES
        ) > 0:  # revisions, for the last hundred end with commit and head
            some, writes = writes[: min(over, MOST_WRITES)], writes[min(over, MOST_WRITES) :]
            self._table.write_surely(dict(some), f"{token}-{over}")
        for _ in self._table.tries():
            outcome = self._table.write(dict(writes), token)
            found = end if outcome == "written" else self.head(head.stream)
            if found == end:
                return self._remember(end, meta_of(part.last).recorded_at)
            if found != head:
                raise ConcurrencyConflict(head.stream, head.version, found.version)
        raise AssertionError("tries end by raising Unavailable")

    def _append(self, request: Append, head: Head) -> Appended:
        in_doubt = False
        for tried in self._table.tries():
            if tried and not in_doubt:
                head = self.head(request.stream)  # others went on during the pause
            outcome = self._race(request, head, in_doubt)
            if isinstance(outcome, Appended):
                return outcome
            in_doubt = outcome.in_doubt
            head = outcome.head
        raise AssertionError("tries end by raising Unavailable")

    def _race(self, request: Append, head: Head, in_doubt: bool) -> Appended | TableBusy:
        """Try again at once on each head that a refusal carries: after a pause it would be stale."""
        for _ in range(MAX_RACES):
            if request.expected not in (None, head.version) and (known := self._settle(request, head)):
                return known
            commit = request.after(head, self._time(head))
            outcome = self._table.write(request.writes(head, commit), token=commit.hash.hex()[:36])
            if outcome == "written" or (
                isinstance(outcome, ConditionsFailed) and in_doubt and self._holds(commit)
            ):
                return self._stored(commit)
            if not isinstance(outcome, ConditionsFailed):
                if outcome == "busy":
                    self._metrics.add("AppendConflicts")
                return TableBusy(head, in_doubt or outcome == "answer lost")
            if HEAD in outcome.by:
                self._metrics.add("AppendConflicts")
                head = self._found(request.stream, outcome.by[HEAD])
            if outcome.by.keys() & request.guards() and (known := self._settle(request, head)):
                return known
            in_doubt = False
        return TableBusy(head, in_doubt)

    def _stored(self, commit: Commit) -> Appended:
        meta = meta_of(commit)
        if meta.clock:
            logger.warning(CLOCK_BEHIND, commit.stream)
        self._remember(Head(commit.stream, commit.last, commit.hash), meta.recorded_at)
        return Appended(commit.stream, commit.first, commit.last, commit.hash)

    def _settle(self, request: Append, head: Head) -> Appended | None:
        """Return the first answer to the request's key, or raise the conflict; None when there is neither."""
        if request.key and (known := self.appended(request.stream, request.key)):
            return known
        revisions = self.revisions(request.stream, list(request.entities))
        if conflicts := {e: (r, revisions[e]) for e, r in request.entities.items() if r != revisions[e]}:
            raise EntityConflict(request.stream, conflicts)
        if request.expected not in (None, head.version):
            raise ConcurrencyConflict(request.stream, request.expected, head.version)
        return None

    def _guess(self, stream: str, expected: int | None) -> Head:
        guess = self._heads.get(stream)
        return guess if guess and expected in (None, guess.version) else self.head(stream)

    def _holds(self, commit: Commit) -> bool:
        """Return True when this very commit is stored: its hash binds it to its place."""
        item = self._table.get(self._pk(commit.stream), commit_sk(commit.first))
        return item is not None and item["hash"]["B"] == commit.hash

    def _pk(self, stream: str) -> str:
        return stream_pk(self.tenant, stream)

    def _time(self, head: Head) -> datetime | None:
        """Return the time of the head's commit; None for an empty stream."""
        if head.version and head.hash not in self._times:
            item = self._table.last(self._pk(head.stream), commit_sk(1), commit_sk(head.version))
            return meta_of(commit_in(head.stream, item)).recorded_at if item else None
        return self._times.get(head.hash)

    def _found(self, stream: str, item: Item | None) -> Head:
        return self._remember(head_in(self.tenant, stream, item), recorded_at_in(item) if item else None)

    def _remember(self, head: Head, recorded_at: datetime | None) -> Head:
        if len(self._heads) >= HEADS_REMEMBERED or len(self._times) >= HEADS_REMEMBERED:
            self._heads.clear()
            self._times.clear()
        self._heads[head.stream] = head
        if recorded_at:
            self._times[head.hash] = recorded_at
        return head

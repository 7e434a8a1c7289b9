"""The event store in memory: the shortest implementation of the port."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from kenpin.application.restore import guarded_images, new_commits
from kenpin.domain.catalogue import meta_of, not_before, seal
from kenpin.domain.commit import Commit, Head, chain, check_entities, genesis
from kenpin.domain.event import Context, Event
from kenpin.ports import Appended, ConcurrencyConflict, EntityConflict, IdempotencyKey, KeyReused


class MemoryEventStore:
    def __init__(self, tenant: str = "local") -> None:
        self.tenant = tenant
        self._commits: dict[str, list[Commit]] = {}
        self._revisions: dict[tuple[str, str], int] = {}
        self._answers: dict[tuple[str, str], tuple[str, Appended]] = {}
        self._lock = Lock()

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
        meta, body = seal(events, context, datetime.now(UTC))
        entities = entities or {}
        check_entities(len(entities))
        with self._lock:
            if key and (known := self.appended(stream, key)):
                return known
            self._check(stream, expected, entities)
            head = self.head(stream)
            meta = not_before(meta, self._last_time(stream))
            first, count = head.version + 1, len(events)
            commit = Commit(stream, first, count, meta, body, chain(head.hash, first, count, meta, body))
            self._commits.setdefault(stream, []).append(commit)
            self._revisions |= {(stream, entity): commit.last for entity in entities}
            answer = Appended(stream, first, commit.last, commit.hash)
            if key:
                self._answers[stream, key.value] = (key.fingerprint, answer)
            return answer

    def _last_time(self, stream: str) -> datetime | None:
        commits = self._commits.get(stream)
        return meta_of(commits[-1]).recorded_at if commits else None

    def _check(self, stream: str, expected: int | None, entities: Mapping[str, int]) -> None:
        actual = self.revisions(stream, list(entities))
        if conflicts := {e: (entities[e], actual[e]) for e in entities if entities[e] != actual[e]}:
            raise EntityConflict(stream, conflicts)
        version = self.head(stream).version
        if expected is not None and expected != version:
            raise ConcurrencyConflict(stream, expected, version)

    def appended(self, stream: str, key: IdempotencyKey) -> Appended | None:
        fingerprint, answer = self._answers.get((stream, key.value), (key.fingerprint, None))
        if fingerprint != key.fingerprint:
            raise KeyReused(key.value)
        return answer

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        for commit in list(self._commits.get(stream, ())):
            if commit.first > after and (upto is None or commit.first <= upto):
                yield commit

    def head(self, stream: str) -> Head:
        commits = self._commits.get(stream)
        if not commits:
            return Head(stream, 0, genesis(self.tenant, stream))
        return Head(stream, commits[-1].last, commits[-1].hash)

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        for stream in sorted(self._commits):
            if stream.startswith(prefix) and stream > after:
                yield self.head(stream)

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        return {entity: self._revisions.get((stream, entity), 0) for entity in entities}

    def holding(self, stream: str, versions: Sequence[int]) -> list[Commit]:
        wanted = set(versions)
        return [c for c in self._commits.get(stream, ()) if wanted & set(range(c.first, c.last + 1))]

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        for commit in new_commits(self, stream, commits):
            with self._lock:
                if (head := self.head(stream)).version != commit.first - 1:
                    raise ConcurrencyConflict(stream, commit.first - 1, head.version)
                self._commits.setdefault(stream, []).append(commit)
                self._revisions |= {(stream, image_id): commit.last for image_id in guarded_images(commit)}
        return self.head(stream)

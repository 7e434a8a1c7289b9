"""The one command handler: load the state of a decision, decide, append, ring the doorbell."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeVar, cast

from msgspec import Struct, field

from kenpin.application.metrics import Metrics
from kenpin.domain.catalogue import history_in
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import images_of
from kenpin.domain.decider import Decider, Scope
from kenpin.domain.event import Context, Event
from kenpin.domain.ids import ImageId, stream_of
from kenpin.ports import (
    Appended,
    ConcurrencyConflict,
    Doorbell,
    EntityConflict,
    EventStore,
    IdempotencyKey,
    Unavailable,
)
from kenpin.projections.database import Database
from kenpin.projections.following import containing, following
from kenpin.projections.projection import checkpoint
from kenpin.read_models.catalogue import models_of
from kenpin.read_models.datasets.state import state_of

S = TypeVar("S", bound="Versioned")
C = TypeVar("C")
E = TypeVar("E", bound=Event)

SYSTEM: Final = "kenpin"
"""The actor of the platform itself: of reactors, and of the node when it calls its own API."""
MAX_TRIES: Final = 8
MAX_TAIL: Final = 50_000
"""The most events that a decision folds on top of the rows; with more, the rows are too far behind."""


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


class RequestContext(Struct, frozen=True):
    """The request that a command comes with."""

    by: Context
    key: IdempotencyKey | None = None
    expected: int | None = None
    """The version that the stream must be at."""


class Commands(Struct, frozen=True):
    """Executes commands on any aggregate against one event store."""

    store: EventStore
    doorbell: Doorbell
    database: Database | None = None
    """Rows that the fold of a dataset starts from, as a dataset may be too large to fold from its first event."""
    metrics: Metrics = field(default_factory=Metrics)

    def execute(
        self,
        decider: Decider[S, C, E],
        id: str,
        command: C,
        *,
        by: Context,
        key: IdempotencyKey | None = None,
        revisions: Mapping[ImageId, int] | None = None,
        expected: int | None = None,
    ) -> Appended:
        """Decide and append; conflicts that the caller did not name are retried.

        `revisions`: the image revisions the person saw; without them, the current ones.
        `expected`: the version the stream must be at; a conflict of versions is then not retried.
        Raises Refusal (a rule says no), EntityConflict, ConcurrencyConflict (of `expected`), KeyReused, RowsAhead,
        Unavailable.
        """
        stream, scope = stream_of(decider.category, id), decider.scope(command)
        unknown = [image_id for image_id in scope.guarded if image_id not in (revisions or {})]
        for _ in range(MAX_TRIES):
            standing = self.store.revisions(stream, unknown) if unknown else {}
            state = self.state(decider, id, scope)
            # after the state was read, so that no rule sees the events of this same request
            if key and (known := self.store.appended(stream, key)):
                return known
            if not (events := decider.decide(state, command)):
                return self._unchanged(stream)
            expected_version = state.version if scope.whole and expected is None else expected
            guarded = _named_in(events, {**standing, **(revisions or {})})
            try:
                appended = self.store.append(
                    stream, events, by, expected=expected_version, entities=guarded, key=key
                )
            except (ConcurrencyConflict, EntityConflict) as conflict:
                if _concerns_caller(conflict, expected, revisions or {}):
                    raise
                self.metrics.add("AppendConflicts")
                continue
            self.doorbell.ring(stream)
            return appended
        raise Unavailable(f"{stream} is too busy: {MAX_TRIES} attempts lost the race; send the request again")

    def execute_request(
        self,
        decider: Decider[S, C, E],
        id: str,
        command: C,
        request: RequestContext,
        revisions: Mapping[ImageId, int] | None = None,
    ) -> Appended:
        """Execute the command that a request comes to; raises what `execute` raises."""
        return self.execute(
            decider,
            id,
            command,
            by=request.by,
            key=request.key,
            revisions=revisions,
            expected=request.expected,
        )

    def state(self, decider: Decider[S, C, E], id: str, scope: Scope) -> S:
        """Return the current state of the aggregate, with the images in the scope."""
        start, commits = self._start(decider, id, scope)
        return decider.fold(cast("Iterator[E]", history_in(commits)), start)

    def _start(self, decider: Decider[S, C, E], id: str, scope: Scope) -> tuple[S, Iterator[Commit]]:
        """Return the state that the fold starts from, and the commits after it."""
        stream = stream_of(decider.category, id)
        if self.database is None:
            return decider.initial, self._tail(stream, 0, "")
        if decider.category != "dataset":
            reached = _reached(self.database, stream)
            return decider.initial, containing(self._tail(stream, 0, ""), stream, *reached)
        state, hash = state_of(self.database, id, scope.about, scope.tasks)
        return cast(S, state), self._tail(stream, state.version, hash)

    def _tail(self, stream: str, after: int, hash: str) -> Iterator[Commit]:
        for commit in following(self.store, stream, after, hash):
            if commit.first - after > MAX_TAIL:
                raise Unavailable(f"the rows of {stream} are over {MAX_TAIL:,} events behind; try again soon")
            yield commit

    def _unchanged(self, stream: str) -> Appended:
        head = self.store.head(stream)
        return Appended(stream, head.version, head.version, head.hash)


def _reached(database: Database, stream: str) -> tuple[int, str]:
    """Return the version and the hash that the rows of a small stream have reached."""
    with database.reading() as sql:
        return checkpoint(sql, models_of(stream)[0].name, stream)


def _concerns_caller(
    conflict: ConcurrencyConflict | EntityConflict, expected: int | None, revisions: Mapping[ImageId, int]
) -> bool:
    """Return True when the conflict is about a version or a revision that the caller named."""
    if isinstance(conflict, EntityConflict):
        return bool(conflict.conflicts.keys() & revisions.keys())
    return expected is not None


def _named_in(events: Sequence[Event], revisions: Mapping[ImageId, int]) -> dict[ImageId, int]:
    """Keep the revisions of images that an event is about; any other image keeps its revision."""
    named = {image_id for event in events for image_id in images_of(event)}
    return {id: revision for id, revision in revisions.items() if id in named}

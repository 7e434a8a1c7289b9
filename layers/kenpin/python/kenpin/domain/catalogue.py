"""Every type of event, and its encoding as stored bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from kenpin.domain.commit import MAX_BYTES, MAX_EVENTS, Commit, CommitTooLarge
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.event import Context, Event, Recorded
from kenpin.domain.ids import Category, category_of
from kenpin.domain.member.events import MemberEvent
from kenpin.domain.model.events import ModelEvent
from kenpin.domain.project.events import ProjectEvent
from kenpin.domain.run.events import RunEvent

EVENTS: Final[Mapping[Category, tuple[type[Event], ...]]] = {
    "project": get_args(ProjectEvent),
    "dataset": get_args(DatasetEvent),
    "run": get_args(RunEvent),
    "model": get_args(ModelEvent),
    "member": get_args(MemberEvent),
}

SUPERSEDED: Final[Mapping[type[Event], Callable[[Event], Event]]] = {}
"""Older schema version of an event → the function that converts it to the current one."""


CLOCK_TOLERANCE: Final = timedelta(seconds=1)
"""Writers that race may seal commits in another order than they append them; a clock set back is further off."""
CLOCK_BEHIND: Final = "%s: this clock is behind the time of the commit before, which the new commit takes"
"""Message of the stores' logs; of a stream."""


class Meta(Context, frozen=True, kw_only=True, omit_defaults=True):
    """The envelope of a commit as stored."""

    recorded_at: datetime
    """Never before that of the commit before."""
    clock: datetime | None = None
    """The time on the writer's clock, where it was behind `recorded_at` by more than CLOCK_TOLERANCE."""


class Catalogue:
    """Decodes stored bodies by category, and reads superseded schema versions as current ones."""

    def __init__(
        self,
        events: Mapping[Category, tuple[type[Event], ...]] = EVENTS,
        superseded: Mapping[type[Event], Callable[[Event], Event]] = SUPERSEDED,
    ) -> None:
        self._superseded = superseded
        self._decoders: dict[str, msgspec.json.Decoder[list[Event]]] = {
            category: msgspec.json.Decoder(list[_union((*types, *superseded))])  # type: ignore[misc]
            for category, types in events.items()
        }

    def events(self, commit: Commit) -> list[Event]:
        events = self._decoders[category_of(commit.stream)].decode(commit.body)
        return [self._current(event) for event in events] if self._superseded else events

    def history(self, commits: Iterable[Commit]) -> Iterator[Event]:
        """Yield the events of many commits, in order."""
        return chain.from_iterable(map(self.events, commits))

    def recorded(self, commit: Commit) -> Iterator[Recorded]:
        meta = meta_of(commit)
        for version, event in enumerate(self.events(commit), commit.first):
            yield Recorded(commit.stream, version, event, meta.recorded_at, meta, commit.last)

    def _current(self, event: Event) -> Event:
        upcast = self._superseded.get(type(event))
        return event if upcast is None else self._current(upcast(event))


def _union(types: tuple[type[Event], ...]) -> type[Event]:
    union = types[0]
    for other in types[1:]:
        union = union | other  # type: ignore[assignment]
    return union


_encoder = msgspec.json.Encoder()
_meta = msgspec.json.Decoder(Meta)


def meta_of(commit: Commit) -> Meta:
    """Return the envelope of a commit."""
    return _meta.decode(commit.meta)


_catalogue = Catalogue()
events_in = _catalogue.events
history_in = _catalogue.history
recorded = _catalogue.recorded


def seal(events: Sequence[Event], context: Context, recorded_at: datetime) -> tuple[bytes, bytes]:
    """Encode the meta and body of a commit, as they are stored and hashed. Raises CommitTooLarge."""
    if not 1 <= len(events) <= MAX_EVENTS:
        raise CommitTooLarge(f"a commit holds 1 to {MAX_EVENTS:,} events, not {len(events):,}; split it")
    body = _encoder.encode(events)
    if len(body) > MAX_BYTES:
        raise CommitTooLarge(f"a commit holds at most {MAX_BYTES:,} bytes, not {len(body):,}; split it")
    meta = Meta(
        actor=context.actor,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        batch_id=context.batch_id,
        traceparent=context.traceparent,
        recorded_at=recorded_at,
    )
    return _encoder.encode(meta), body


def not_before(meta: bytes, last: datetime | None) -> bytes:
    """The meta of a commit, with the time of the commit before (`last`) where that is later."""
    sealed = _meta.decode(meta)
    if last is None or sealed.recorded_at >= last:
        return meta
    clock = sealed.recorded_at if last - sealed.recorded_at > CLOCK_TOLERANCE else None
    return _encoder.encode(replace(sealed, recorded_at=last, clock=clock))

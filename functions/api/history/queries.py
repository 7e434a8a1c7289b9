"""Reads about history: streams, their commits as stored, their events as recorded."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Final

import msgspec
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.agreement.blind import as_seen, still_blind
from functions.api.history.answers import (
    RecordedEvent,
    ShownEvent,
    StoredCommit,
    Stream,
    StreamActor,
    StreamChange,
)
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import (
    LARGEST,
    Cursor,
    Limit,
    MinVersion,
    decoded_number,
    decoded_text,
    encoded,
    fitting,
    found,
    is_stale,
    page,
    rows,
)
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.commit import Commit
from kenpin.domain.event import Recorded, schema_version_of, type_of
from kenpin.domain.ids import category_of, id_of
from kenpin.projections.projection import checkpoint
from kenpin.read_models.history import queries as changes
from kenpin.read_models.members.access import streams as streams_of

router = new_router()
After = Annotated[int, Query(ge=0, le=LARGEST)]
MOST_NAMED: Final = 3
"""Images that a commit of the timeline names."""


@router.get("/streams", tags=["history"])
def streams(
    prefix: Annotated[str, Query(max_length=80)] = "",
    limit: Limit = 200,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
) -> Page[Stream]:
    """List the streams that you may see, by name, with their heads now or at a time."""
    after, then = decoded_text(cursor) or "", time_as_of(as_of)
    seen = visible_streams()
    all_heads = platform().events.heads(prefix=prefix, after=after)
    heads = list(islice((h for h in all_heads if seen is None or h.stream in seen), limit + 1))
    next_cursor = encoded(heads[limit - 1].stream) if len(heads) > limit else None
    items = [Stream(stream=h.stream, version=h.version, hash=h.hash.hex()) for h in heads[:limit]]
    if then is not None:
        with rows() as sql:
            ended = changes.ends_at(sql, [each.stream for each in items], then)
        items = [Stream.model_validate(row) for row in ended]
    return Page[Stream](items=items, next_cursor=next_cursor)


@router.get("/streams/<stream>/changes", tags=["history"])
def stream_changes(
    stream: str,
    batch_id: Annotated[str | None, Query(max_length=80)] = None,
    actor: Annotated[str | None, Query(max_length=64)] = None,
    event: Annotated[str | None, Query(max_length=64, description="With an event of this type.")] = None,
    since: Annotated[datetime | None, Query(description="Recorded at this time or later.")] = None,
    until: Annotated[datetime | None, Query(description="Recorded before this time.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[StreamChange]:
    """List the commits of a stream, newest first: who, when, what and why."""
    wanted = changes.ChangeFilter(batch_id, actor, event, since, until)
    stale = is_stale(stream, min_version, "changes")
    version = version_as_of(stream, as_of, "changes")
    upto = version if cursor is None else decoded_number(cursor)
    with rows() as sql:
        reached, _ = checkpoint(sql, "changes", stream)
        found({} if reached else None, "stream", stream)
        shown = changes.page(sql, stream, upto, limit + 1, wanted)
        if category_of(stream) == "dataset":
            named = changes.changed_images(sql, id_of(stream), shown, MOST_NAMED)
            shown = [row | {"images": named.get(row["first"], [])} for row in shown]
    as_of_version = reached if version is None else version
    return page(
        shown,
        limit,
        StreamChange.model_validate,
        lambda row: row["first"] - 1,
        as_of=as_of_version,
        stale=stale,
    )


@router.get("/streams/<stream>/actors", tags=["history"])
def stream_actors(stream: str) -> Page[StreamActor]:
    """List who appended to a stream."""
    with rows() as sql:
        reached, _ = checkpoint(sql, "changes", stream)
        found({} if reached else None, "stream", stream)
        items = [StreamActor.model_validate(row) for row in changes.actors(sql, stream)]
    return Page[StreamActor](items=items, as_of=reached)


def visible_streams() -> set[str] | None:
    """Return the streams that the caller may see; None: all of them."""
    if (projects := access().projects) is None:
        return None
    with rows() as sql:
        return streams_of(sql, projects)


@router.get("/streams/<stream>/commits", tags=["history"])
def commits(stream: str, after: After = 0, limit: Limit = 100, as_of: AsOf = None) -> Page[StoredCommit]:
    """List commits as stored that begin after version `after`, for an auditor to hash again."""
    end = _end(stream, as_of)
    read = platform().events.read(stream, after=after, upto=end)
    items = fitting(map(_stored, islice(read, limit)))
    last = items[-1].first + items[-1].count - 1 if items else end
    return Page[StoredCommit](items=items, next_cursor=str(last) if last < end else None, as_of=end)


def _stored(commit: Commit) -> StoredCommit:
    return StoredCommit(
        first=commit.first,
        count=commit.count,
        hash=commit.hash.hex(),
        meta=commit.meta.decode(),
        body=commit.body.decode(),
    )


@router.get("/streams/<stream>/events", tags=["history"])
def events(stream: str, after: After = 0, limit: Limit = 100, as_of: AsOf = None) -> Page[ShownEvent]:
    """List events with their envelopes, after version `after`."""
    end = _end(stream, as_of)
    start, upto = max(0, after - 1_000), min(after + limit, end)
    read = platform().events.read(stream, after=start, upto=upto)
    unseen = (commit for commit in read if commit.last > after)
    commits = fitting(unseen, lambda commit: len(commit.body))
    facts = [fact for commit in commits for fact in recorded(commit) if after < fact.version <= upto]
    blind = still_blind(stream, facts)
    items = [as_seen(recorded_event(fact), blind=fact.version in blind) for fact in facts]
    last = items[-1].version if items else end
    return Page[ShownEvent](items=items, next_cursor=str(last) if last < end else None, as_of=end)


def _end(stream: str, as_of: str | None) -> int:
    """Return the version that the stream is read up to."""
    version = version_as_of(stream, as_of, "changes")
    head = platform().events.head(stream).version
    found({} if head else None, "stream", stream)
    return head if version is None else version


def facts_at(stream: str, versions: Sequence[int]) -> dict[int, Recorded]:
    """Return the events of these versions, in order."""
    kept = frozenset(versions)
    commits = platform().events.holding(stream, versions)
    return {fact.version: fact for each in commits for fact in recorded(each) if fact.version in kept}


def recorded_event(fact: Recorded) -> RecordedEvent:
    data = msgspec.to_builtins(fact.event)
    del data["type"]
    return RecordedEvent(
        event_id=fact.event_id,
        stream=fact.stream,
        version=fact.version,
        type=type_of(fact.event),
        schema_version=schema_version_of(fact.event),
        recorded_at=fact.recorded_at,
        actor=fact.context.actor,
        correlation_id=fact.context.correlation_id,
        causation_id=fact.context.causation_id,
        data=data,
    )

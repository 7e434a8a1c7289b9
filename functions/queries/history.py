"""Reads about history: streams, their commits as stored, their events as recorded."""

from typing import Annotated

import msgspec
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.http.access import access
from functions.http.answers import Page, RecordedEvent, StoredCommit, Stream
from functions.http.resolver import new_router
from functions.queries.paging import Cursor, Limit, decoded, encoded, found, rows
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.event import Recorded, schema_version_of, type_of
from kenpin.read_models.access import streams as streams_of

router = new_router()
MAX_BYTES = 2 * 1024 * 1024
"""of bodies in one page: a Lambda may answer with 6 MB"""
After = Annotated[int, Query(ge=0)]


@router.get("/streams", tags=["history"])
def streams(
    prefix: Annotated[str, Query(max_length=80)] = "", limit: Limit = 200, cursor: Cursor = None
) -> Page[Stream]:
    """Every stream that you see and where it ends, by name."""
    seen = visible_streams()
    after = decoded(cursor) if cursor else ""
    items: list[Stream] = []
    for head in platform().events.heads(prefix=prefix, after=after):
        if seen is not None and head.stream not in seen:
            continue
        if len(items) == limit:
            return Page[Stream](items=items, next_cursor=encoded(items[-1].stream))
        items.append(Stream(stream=head.stream, version=head.version, hash=head.hash.hex()))
    return Page[Stream](items=items)


def visible_streams() -> set[str] | None:
    """None: all of them."""
    if (projects := access().projects) is None:
        return None
    with rows() as sql:
        return streams_of(sql, projects)


@router.get("/streams/<stream>/commits", tags=["history"])
def commits(stream: str, after: After = 0, limit: Limit = 100) -> Page[StoredCommit]:
    """Commits as stored, those that begin after version `after`: what an auditor hashes again."""
    head = platform().events.head(stream)
    found({} if head.version else None, f"stream {stream}")
    items: list[StoredCommit] = []
    size = 0
    for commit in platform().events.read(stream, after=after):
        items.append(
            StoredCommit(
                first=commit.first,
                count=commit.count,
                hash=commit.hash.hex(),
                meta=commit.meta.decode(),
                body=commit.body.decode(),
            )
        )
        size += len(commit.body)
        if len(items) == limit or size > MAX_BYTES:
            break
    last = items[-1].first + items[-1].count - 1 if items else head.version
    return Page[StoredCommit](
        items=items, next_cursor=str(last) if last < head.version else None, as_of=head.version
    )


@router.get("/streams/<stream>/events", tags=["history"])
def events(stream: str, after: After = 0, limit: Limit = 100) -> Page[RecordedEvent]:
    """Events with their envelopes, those after version `after`."""
    head = platform().events.head(stream)
    found({} if head.version else None, f"stream {stream}")
    start = max(0, after - 1_000)
    items: list[RecordedEvent] = []
    for commit in platform().events.read(stream, after=start, upto=after + limit):
        items += [recorded_event(fact) for fact in recorded(commit) if after < fact.version <= after + limit]
    last = items[-1].version if items else head.version
    return Page[RecordedEvent](
        items=items, next_cursor=str(last) if last < head.version else None, as_of=head.version
    )


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

"""Projection of the timeline: one row for each commit of every stream, which also turns a time into a version."""

from collections import Counter
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.catalogue import CLOCK_TOLERANCE, Meta, meta_of
from kenpin.domain.commit import Commit
from kenpin.projections.database import Sql
from kenpin.projections.projection import FOREVER, ReadModel
from kenpin.projections.table import DeclaredTable, PastByQuery

COLUMNS: Final = (
    "stream, first, last, hash, recorded_at, clock, actor, batch_id, correlation_id, events, reason"
)
CHANGES_AT: Final = f"select {COLUMNS} from change where stream = %(stream)s and last <= %(version)s"
CHANGE: Final = DeclaredTable(
    "change",
    """
    stream         text not null,
    first          bigint not null,
    last           bigint not null,
    hash           text not null,
    recorded_at    timestamptz not null,
    clock          timestamptz,
    actor          text not null,
    batch_id       text,
    correlation_id text,
    events         json not null,
    reason         text not null,
    primary key (stream, first)""",
    owner="stream",
    owner_value="%(stream)s",
    past=PastByQuery(CHANGES_AT),
    after="""
create index if not exists change_by_time on change (stream, recorded_at, last);
create index if not exists change_by_actor on change (stream, actor, first);
create index if not exists change_by_batch on change (stream, batch_id) where batch_id is not null;""",
)


class _Said(Struct):
    """The part of an event that the timeline shows, whatever its type and schema version."""

    type: str
    reason: object = None
    rule: object = None
    note: object = None

    def why(self) -> str:
        """A rule may be more than words: that of a defect class has limits."""
        texts = (each for each in (self.reason, self.rule, self.note) if isinstance(each, str) and each)
        return next(texts, "")


_said = msgspec.json.Decoder(list[_Said])
_json = msgspec.json.Encoder()


class Changes:
    """Commits as they are: one of which not all is wanted is left out.

    Their times never decrease, in a history of an older release too, whose clock was set back.
    """

    def __init__(self) -> None:
        self._commits: list[Commit] = []

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        if commit.last <= upto:
            self._commits.append(commit)

    def project(self, sql: Sql) -> None:
        time = _last_time(sql, self._commits[0].stream) if self._commits else None
        with sql.copy(f"copy change ({COLUMNS}) from stdin") as copy:
            for commit in self._commits:
                meta = meta_of(commit)
                time = max(time or meta.recorded_at, meta.recorded_at)
                copy.write_row(_row(commit, meta, time))


def _last_time(sql: Sql, stream: str) -> datetime | None:
    row = sql.execute("select max(recorded_at) as time from change where stream = %s", (stream,)).fetchone()
    return row["time"] if row else None


def _row(commit: Commit, meta: Meta, time: datetime) -> tuple[object, ...]:
    said = _said.decode(commit.body)
    events = Counter(event.type.partition("@")[0] for event in said)
    reasons = {event.why() for event in said}
    return (
        commit.stream,
        commit.first,
        commit.last,
        commit.hash.hex(),
        time,
        meta.clock or (meta.recorded_at if time - meta.recorded_at > CLOCK_TOLERANCE else None),
        meta.actor,
        meta.batch_id,
        meta.correlation_id,
        _json.encode(events).decode(),
        reasons.pop() if len(reasons) == 1 else "",
    )


changes = ReadModel("changes", None, (CHANGE,), Changes)

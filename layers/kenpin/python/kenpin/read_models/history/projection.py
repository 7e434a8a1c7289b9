"""Projection of the timeline: one row for each commit of every stream, which also turns a time into a version."""

from collections import Counter
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.catalogue import meta_of
from kenpin.domain.commit import Commit
from kenpin.projections.database import Sql
from kenpin.projections.projection import FOREVER, ReadModel
from kenpin.projections.table import DeclaredTable, PastByQuery

COLUMNS: Final = "stream, first, last, hash, recorded_at, actor, batch_id, correlation_id, events, reason"
CHANGES_AT: Final = f"select {COLUMNS} from change where stream = %(stream)s and last <= %(version)s"
CHANGE: Final = DeclaredTable(
    "change",
    """
    stream         text not null,
    first          bigint not null,
    last           bigint not null,
    hash           text not null,
    recorded_at    timestamptz not null,
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
    """Commits as they are: one of which not all is wanted is left out."""

    def __init__(self) -> None:
        self._rows: list[tuple[object, ...]] = []

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        if commit.last <= upto:
            self._rows.append(_row(commit))

    def project(self, sql: Sql) -> None:
        with sql.copy(f"copy change ({COLUMNS}) from stdin") as copy:
            for row in self._rows:
                copy.write_row(row)


def _row(commit: Commit) -> tuple[object, ...]:
    meta, said = meta_of(commit), _said.decode(commit.body)
    events = Counter(event.type.partition("@")[0] for event in said)
    reasons = {event.why() for event in said}
    return (
        commit.stream,
        commit.first,
        commit.last,
        commit.hash.hex(),
        meta.recorded_at,
        meta.actor,
        meta.batch_id,
        meta.correlation_id,
        _json.encode(events).decode(),
        reasons.pop() if len(reasons) == 1 else "",
    )


changes = ReadModel("changes", None, (CHANGE,), Changes)

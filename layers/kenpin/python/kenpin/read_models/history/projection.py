"""Changes: one row for each commit of every stream. The timeline, and what turns a time into a version."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.catalogue import meta_of
from kenpin.domain.commit import Commit
from kenpin.projections.database import Row, Sql
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
    """What the timeline tells of an event, whatever its type and schema version."""

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


AT: Final = """(select last from change where stream = {stream} and recorded_at <= %(as_of)s
    order by recorded_at desc, last desc limit 1)"""
"""SQL for the version that a stream had reached at a time; null before its first commit."""


def version_at(sql: Sql, stream: str, time: datetime) -> int | None:
    """The version that the stream had reached then; None before its first commit."""
    row = sql.execute(
        f"select {AT.format(stream='%(stream)s')} as version", {"stream": stream, "as_of": time}
    ).fetchone()
    return row["version"] if row else None


def holding(sql: Sql, stream: str, version: int) -> Row | None:
    """The commit that this version is in."""
    return sql.execute(
        f"select {COLUMNS} from change where stream = %s and first <= %s and last >= %s order by first desc limit 1",
        (stream, version, version),
    ).fetchone()


def holding_each(sql: Sql, stream: str, versions: Sequence[int]) -> dict[int, Row]:
    """The commit that each of these versions is in; one that holds many comes once."""
    rows = sql.execute(
        f"""select held.versions, {COLUMNS} from (
            select found.first, array_agg(asked.version) as versions
            from unnest(%(versions)s::bigint[]) as asked (version) cross join lateral (
                select first from change where stream = %(stream)s and first <= asked.version
                order by first desc limit 1
            ) as found group by found.first
        ) as held join change using (first) where stream = %(stream)s""",
        {"versions": list(versions), "stream": stream},
    )
    return {version: row for row in rows for version in row["versions"]}


def ends_at(sql: Sql, streams: Sequence[str], time: datetime) -> list[Row]:
    """Stream, version and hash of the last commit that each of them had then; those not there yet are left out."""
    return sql.execute(
        """select asked.stream, ended.* from unnest(%s::text[]) with ordinality as asked (stream, place)
        cross join lateral (
            select last as version, hash from change where stream = asked.stream and recorded_at <= %s
            order by recorded_at desc, last desc limit 1
        ) as ended order by place""",
        (list(streams), time),
    ).fetchall()


def page(sql: Sql, stream: str, upto: int | None, limit: int, batch_id: str | None = None) -> list[Row]:
    """Commits, newest first, those that begin at or before version `upto`."""
    return sql.execute(
        f"""select {COLUMNS} from change where stream = %(stream)s
            and (%(upto)s::bigint is null or first <= %(upto)s)
            and (%(batch)s::text is null or batch_id = %(batch)s)
        order by first desc limit %(limit)s""",
        {"stream": stream, "upto": upto, "batch": batch_id, "limit": limit},
    ).fetchall()


changes = ReadModel("changes", None, (CHANGE,), Changes)

"""What factories sent: when each source was last heard, and the arrivals that were turned away.

No history: what was taken in is events, and what was not is none. These rows are notes for whoever looks after
the line, and the only ones here that no replay brings back.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple
from psycopg.types.json import Jsonb

from kenpin.read_models.database import Row, Sql

TABLE: Final = """
create table if not exists intake_source (
    source     text primary key,
    last_at    timestamptz not null,
    registered bigint not null default 0,
    known      bigint not null default 0,
    rejected   bigint not null default 0
);
create table if not exists rejected_arrival (
    rejected_id text primary key,
    source      text not null,
    event_id    text not null,
    actor       text not null,
    reason      text not null,
    body        jsonb not null,
    attempts    int not null default 1,
    first_at    timestamptz not null default now(),
    last_at     timestamptz not null default now()
);
create index if not exists rejected_by_time on rejected_arrival (last_at, rejected_id);
"""
OUTCOMES: Final = ("registered", "known", "rejected")


def heard(sql: Sql, source: str, outcomes: Mapping[str, int]) -> None:
    """The source has spoken just now; an arrival that is known was sent twice."""
    sql.execute(
        """insert into intake_source as s values (%s, now(), %s, %s, %s)
        on conflict (source) do update set last_at = now(), registered = s.registered + excluded.registered,
            known = s.known + excluded.known, rejected = s.rejected + excluded.rejected""",
        (source, *(outcomes.get(outcome, 0) for outcome in OUTCOMES)),
    )


class Rejected(Struct, frozen=True):
    """An arrival that was turned away, and the message it came in."""

    rejected_id: str
    source: str
    event_id: str
    actor: str
    reason: str
    body: object


def reject(sql: Sql, arrival: Rejected) -> None:
    """Keep it for a person to look at. The same arrival again is one more attempt."""
    sql.execute(
        """insert into rejected_arrival as r (rejected_id, source, event_id, actor, reason, body)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (rejected_id) do update set reason = excluded.reason, actor = excluded.actor,
            attempts = r.attempts + 1, last_at = now()""",
        (*astuple(arrival)[:-1], Jsonb(arrival.body)),
    )


def sources(sql: Sql) -> list[Row]:
    """The thousand heard last."""
    return sql.execute("select * from intake_source order by last_at desc, source limit 1000").fetchall()


def rejected_count(sql: Sql) -> int:
    row = sql.execute("select count(*) as rejected from rejected_arrival").fetchone()
    return int(row["rejected"]) if row else 0


def page(sql: Sql, before: str | None, limit: int) -> list[Row]:
    """Newest first; `before` is the id that the page before ended with."""
    return sql.execute(
        """select * from rejected_arrival where %(before)s::text is null or (last_at, rejected_id) <
            (select last_at, rejected_id from rejected_arrival where rejected_id = %(before)s)
        order by last_at desc, rejected_id desc limit %(limit)s""",
        {"before": before, "limit": limit},
    ).fetchall()


def one(sql: Sql, rejected_id: str) -> Row | None:
    query = "select * from rejected_arrival where rejected_id = %s"
    return sql.execute(query, (rejected_id,)).fetchone()


def forget(sql: Sql, rejected_id: str) -> bool:
    query = "delete from rejected_arrival where rejected_id = %s returning true"
    return sql.execute(query, (rejected_id,)).fetchone() is not None

"""Notes about the intake: when each source last sent an event, and rejected arrivals.

No history: what was taken in is events, and what was not is none. These rows are notes for whoever looks after
the line, and the only ones here that no replay brings back.
"""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple
from psycopg.types.json import Jsonb

from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

INTAKE_SOURCE: Final = DeclaredTable(
    "intake_source",
    """
    source     text primary key,
    last_at    timestamptz not null,
    registered bigint not null default 0,
    known      bigint not null default 0,
    rejected   bigint not null default 0""",
    after="""
alter table intake_source add column if not exists tested bigint not null default 0;
alter table intake_source add column if not exists dropped bigint not null default 0;""",
)
INTAKE_PROJECT: Final = DeclaredTable(
    "intake_project",
    """
    source     text not null,
    project_id text not null,
    primary key (source, project_id)""",
)
REJECTED_ARRIVAL: Final = DeclaredTable(
    "rejected_arrival",
    """
    rejected_id text primary key,
    source      text not null,
    event_id    text not null,
    actor       text not null,
    reason      text not null,
    body        jsonb not null,
    attempts    int not null default 1,
    first_at    timestamptz not null default now(),
    last_at     timestamptz not null default now()""",
    after="""
create index if not exists rejected_by_time on rejected_arrival (last_at, rejected_id);
create index if not exists rejected_by_event on rejected_arrival using hash (event_id);
alter table rejected_arrival add column if not exists differences jsonb not null default '[]';""",
)
OUTCOMES: Final = ("registered", "known", "rejected", "tested")


def heard(sql: Sql, source: str, outcomes: Mapping[str, int], datasets: Collection[str] = ()) -> None:
    """The source has spoken just now, for these datasets; an arrival that is known was sent twice."""
    sql.execute(
        """with projects as (
            insert into intake_project select distinct %s, project_id from dataset where dataset_id = any(%s)
            on conflict do nothing
        )
        insert into intake_source as s values (%s, now(), %s, %s, %s, %s)
        on conflict (source) do update set last_at = now(), registered = s.registered + excluded.registered,
            known = s.known + excluded.known, rejected = s.rejected + excluded.rejected,
            tested = s.tested + excluded.tested""",
        (source, list(datasets), source, *(outcomes.get(outcome, 0) for outcome in OUTCOMES)),
    )


def note_drops(sql: Sql, source: str, dropped: int, dataset_id: str) -> None:
    """Note how many pictures the source did not send so far."""
    heard(sql, source, {}, [dataset_id])
    sql.execute("update intake_source set dropped = %s where source = %s", (dropped, source))


class Rejected(Struct, frozen=True):
    """An arrival that was turned away, and the message it came in."""

    rejected_id: str
    source: str
    event_id: str
    actor: str
    reason: str
    body: object
    differences: object = ()
    """The fields in which it differs from the first event with its source and id"""


def reject(sql: Sql, arrival: Rejected) -> None:
    """Keep it for a person to look at. The same arrival again is one more attempt."""
    sql.execute(
        """insert into rejected_arrival as r (rejected_id, source, event_id, actor, reason, body, differences)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (rejected_id) do update set reason = excluded.reason, actor = excluded.actor,
            differences = excluded.differences, attempts = r.attempts + 1, last_at = now()""",
        (*astuple(arrival)[:-2], Jsonb(arrival.body), Jsonb(arrival.differences)),
    )


def sources(sql: Sql, projects: list[str] | None) -> list[Row]:
    """The thousand heard last; those that spoke for these projects (None: all)."""
    return sql.execute(
        """select s.* from intake_source s where %(projects)s::text[] is null or exists (
            select from intake_project p where p.source = s.source and p.project_id = any(%(projects)s))
        order by last_at desc, source limit 1000""",
        {"projects": projects},
    ).fetchall()


DATASET_OF: Final = (
    "coalesce(r.body -> 'data' ->> 'dataset_id', r.body -> 'detail' -> 'data' ->> 'dataset_id')"
)
"""The dataset that a rejected arrival `r` names"""
SEEN: Final = f"""(%(projects)s::text[] is null or exists (select from dataset d
    where d.dataset_id = {DATASET_OF} and d.project_id = any(%(projects)s)))"""
"""Of what names no dataset nobody knows whose it is: those see it who see everything."""


def rejected_count(sql: Sql, projects: list[str] | None) -> int:
    row = sql.execute(
        f"select count(*) as rejected from rejected_arrival r where {SEEN}", {"projects": projects}
    ).fetchone()
    return int(row["rejected"]) if row else 0


def page(sql: Sql, projects: list[str] | None, before: str | None, limit: int) -> list[Row]:
    """Of these projects (None: all), newest first; `before` is the id that the page before ended with."""
    return sql.execute(
        f"""select * from rejected_arrival r where {SEEN} and (%(before)s::text is null
            or (last_at, rejected_id) < (select last_at, rejected_id from rejected_arrival r
                where rejected_id = %(before)s and {SEEN}))
        order by last_at desc, rejected_id desc limit %(limit)s""",
        {"projects": projects, "before": before, "limit": limit},
    ).fetchall()


def one(sql: Sql, rejected_id: str) -> Row | None:
    query = "select * from rejected_arrival where rejected_id = %s"
    return sql.execute(query, (rejected_id,)).fetchone()


def rejection(sql: Sql, dataset_id: str, source: str, event_id: str) -> str | None:
    """Return the reason why the first event with this id was rejected, while it waits for a person."""
    query = f"""select reason from rejected_arrival r where source = %s and event_id = %s and differences = '[]'
        and {DATASET_OF} = %s order by last_at desc limit 1"""
    row = sql.execute(query, (source, event_id, dataset_id)).fetchone()
    return row["reason"] if row else None


def forget(sql: Sql, rejected_id: str) -> Row | None:
    """Delete a rejected arrival; return dataset_id, source, event_id, reason and differences. None: there is none."""
    query = f"""delete from rejected_arrival r where rejected_id = %s
        returning {DATASET_OF} as dataset_id, source, event_id, reason, differences"""
    return sql.execute(query, (rejected_id,)).fetchone()

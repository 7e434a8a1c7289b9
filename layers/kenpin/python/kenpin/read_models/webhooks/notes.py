"""Notes of webhooks: the messages that wait, were delivered or are parked. History has the events behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

KEPT_DAYS: Final = 30
"""Days that a delivered message stays in the list"""
WEBHOOK_DELIVERY: Final = DeclaredTable(
    "webhook_delivery",
    """
    delivery_id bigint generated always as identity primary key,
    project_id  text not null,
    webhook_id  text not null,
    message_id  text not null,
    type        text not null,
    stream      text not null,
    body        text not null,
    state       text not null default 'waiting' check (state in ('waiting', 'delivered', 'parked')),
    attempts    int not null default 0,
    queued_at   timestamptz not null default now(),
    next_try    timestamptz not null default now(),
    tried_at    timestamptz,
    answer      text not null default '',
    unique (project_id, webhook_id, message_id)""",
    after="""
create index if not exists webhook_delivery_waiting on webhook_delivery (project_id, webhook_id, stream, delivery_id)
    where state = 'waiting';""",
)


class WebhookMessage(Struct, frozen=True):
    """A message for a webhook."""

    message_id: str
    type: str
    stream: str
    body: str


def queue(sql: Sql, project_id: str, webhook_id: str, message: WebhookMessage) -> None:
    """Queue the message; the same id again does nothing."""
    sql.execute(
        """insert into webhook_delivery (project_id, webhook_id, message_id, type, stream, body)
        values (%s, %s, %s, %s, %s, %s) on conflict do nothing""",
        (project_id, webhook_id, message.message_id, message.type, message.stream, message.body),
    )


def due(sql: Sql, project_id: str, webhook_id: str, now: datetime) -> Row | None:
    """Return the message to send next: the first one that waits of a stream, so that a stream stays in order."""
    return sql.execute(
        """select * from (
            select distinct on (d.stream) d.delivery_id, d.message_id, d.body, d.attempts, d.next_try, w.address
            from webhook_delivery d join webhook w using (project_id, webhook_id)
            where d.project_id = %s and d.webhook_id = %s and d.state = 'waiting' and w.is_on
            order by d.stream, d.delivery_id
        ) first where next_try <= %s order by delivery_id limit 1""",
        (project_id, webhook_id, now),
    ).fetchone()


def webhooks_due(sql: Sql, now: datetime) -> list[tuple[str, str]]:
    """Return project and id of the webhooks that are on and may have a message to send now."""
    rows = sql.execute(
        """select project_id, webhook_id from webhook w where is_on and exists (select from webhook_delivery d
            where d.project_id = w.project_id and d.webhook_id = w.webhook_id
            and d.state = 'waiting' and d.next_try <= %s)""",
        (now,),
    ).fetchall()
    return [(row["project_id"], row["webhook_id"]) for row in rows]


def delivered(sql: Sql, delivery_id: int, answer: str, now: datetime) -> None:
    sql.execute(
        """update webhook_delivery set state = 'delivered', attempts = attempts + 1, answer = %s, tried_at = %s
        where delivery_id = %s""",
        (answer, now, delivery_id),
    )


def failed(sql: Sql, delivery_id: int, answer: str, now: datetime, next_try: datetime | None) -> None:
    """Note the failure and the time of the next try; without one the message is parked."""
    sql.execute(
        """update webhook_delivery set state = case when %(next)s::timestamptz is null then 'parked' else state end,
            attempts = attempts + 1, answer = %(answer)s, tried_at = %(now)s,
            next_try = coalesce(%(next)s, next_try)
        where delivery_id = %(id)s""",
        {"next": next_try, "answer": answer, "now": now, "id": delivery_id},
    )


def retry(sql: Sql, project_id: str, webhook_id: str, delivery_id: int) -> Row | None:
    """Let a message that waits or is parked be sent now, with all tries anew.

    Return its former `state`; None when there is none. One that was delivered stays as it is.
    """
    row = sql.execute(
        """select state from webhook_delivery
        where project_id = %s and webhook_id = %s and delivery_id = %s for update""",
        (project_id, webhook_id, delivery_id),
    ).fetchone()
    sql.execute(
        """update webhook_delivery set state = 'waiting', attempts = 0, next_try = now()
        where project_id = %s and webhook_id = %s and delivery_id = %s and state <> 'delivered'""",
        (project_id, webhook_id, delivery_id),
    )
    return row


def page(sql: Sql, project_id: str, webhook_id: str, before: int | None, limit: int) -> list[Row]:
    """Return the messages of a webhook, the newest first, those before `before`."""
    return sql.execute(
        """select delivery_id, message_id, type, stream, body, state, attempts, queued_at, tried_at, answer,
            case when state = 'waiting' then next_try end as next_try
        from webhook_delivery where project_id = %(project)s and webhook_id = %(webhook)s
        and (%(before)s::bigint is null or delivery_id < %(before)s) order by delivery_id desc limit %(limit)s""",
        {"project": project_id, "webhook": webhook_id, "before": before, "limit": limit},
    ).fetchall()


def forget(sql: Sql, project_id: str, webhook_id: str) -> None:
    """Delete the messages of a webhook that was removed."""
    sql.execute(
        "delete from webhook_delivery where project_id = %s and webhook_id = %s", (project_id, webhook_id)
    )


def tidy(sql: Sql) -> None:
    """Delete messages that were delivered long ago."""
    sql.execute(
        """delete from webhook_delivery
        where state = 'delivered' and tried_at < now() - make_interval(days => %s)""",
        (KEPT_DAYS,),
    )


def move(sql: Sql, reader: str, stream: str, version: int) -> None:
    """Set the version that the reader has reached in a stream, in the transaction that queues its messages."""
    sql.execute(
        """insert into reader_checkpoint as c values (%s, %s, %s)
        on conflict (reader, stream) do update set version = greatest(c.version, excluded.version)""",
        (reader, stream, version),
    )


def commits_with(sql: Sql, stream: str, after: int, upto: int, types: Sequence[str]) -> list[tuple[int, int]]:
    """Return first and last version of each commit that has an event of one of these types."""
    rows = sql.execute(
        """select first, last from change where stream = %s and last > %s and last <= %s
        and events::jsonb ?| %s order by first""",
        (stream, after, upto, list(types)),
    ).fetchall()
    return [(row["first"], row["last"]) for row in rows]

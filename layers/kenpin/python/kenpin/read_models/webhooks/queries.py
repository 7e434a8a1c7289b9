"""Queries about webhooks: those of a project, those that are on, and the streams with events to tell."""

from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.read_models.intake.notes import DATASET_OF

FIELDS: Final = """
select w.project_id, w.webhook_id, w.address, w.types, w.is_on, w.on_since, w.added_at, w.added_by,
    (select count(*) from webhook_delivery d where d.project_id = w.project_id
        and d.webhook_id = w.webhook_id and d.state = 'waiting') as waiting,
    (select count(*) from webhook_delivery d where d.project_id = w.project_id
        and d.webhook_id = w.webhook_id and d.state = 'parked') as parked
from webhook w"""

OWNED: Final = """
    select 'run-' || run_id as stream, project_id, dataset_id from run
    union all select 'model-' || model_id, project_id, dataset_id from model
    union all select 'dataset-' || dataset_id, project_id, dataset_id from dataset"""
"""The streams of projects that webhooks tell about"""

LATE: Final = f"""
with told as (select project_id, min(on_since) as since from webhook where is_on group by project_id)
select o.stream, o.project_id, o.dataset_id, c.version as head,
    coalesce(r.version, (select max(last) from change h
        where h.stream = o.stream and h.recorded_at < told.since), 0) as reached
from ({OWNED}) o join told using (project_id)
join checkpoint c on c.projection = 'changes' and c.stream = o.stream
left join reader_checkpoint r on r.reader = %s and r.stream = o.stream
where c.version > coalesce(r.version, 0) order by o.stream"""

REJECTED: Final = f"""
with found as (select w.project_id, w.webhook_id, d.dataset_id, r.rejected_id, r.source, r.event_id, r.reason,
        r.first_at, 'rejected-' || r.rejected_id || '-' || extract(epoch from r.first_at)::bigint as message_id
    from webhook w join dataset d using (project_id) join rejected_arrival r on d.dataset_id = {DATASET_OF}
    where w.is_on and 'intake.rejected' = any(w.types) and r.first_at >= w.on_since
    and r.last_at > now() - interval '1 day' and r.first_at > now() - interval '1 day')
select * from found f where not exists (select from webhook_delivery d where d.project_id = f.project_id
    and d.webhook_id = f.webhook_id and d.message_id = f.message_id)
order by first_at, rejected_id limit %s"""


def of_project(sql: Sql, project_id: str) -> list[Row]:
    """Return the webhooks of a project, the oldest first."""
    query = f"{FIELDS} where w.project_id = %s order by w.added_at, w.webhook_id"
    return sql.execute(query, (project_id,)).fetchall()


def one(sql: Sql, project_id: str, webhook_id: str) -> Row | None:
    query = f"{FIELDS} where w.project_id = %s and w.webhook_id = %s"
    return sql.execute(query, (project_id, webhook_id)).fetchone()


def that_are_on(sql: Sql) -> list[Row]:
    return sql.execute("select project_id, webhook_id, types, on_since from webhook where is_on").fetchall()


def late_streams(sql: Sql, reader: str) -> list[Row]:
    """Return the streams with events that the reader has not processed, in projects with a webhook that is on.

    A stream that the reader has not seen begins where it stood when the project's first webhook was turned on.
    """
    return sql.execute(LATE, (reader,)).fetchall()


def rejected_arrivals(sql: Sql, limit: int) -> list[Row]:
    """Return the arrivals that were rejected within a day and that a webhook was not told, the oldest first.

    A row for each webhook, with `message_id`: the same for the same rejection, however often it was tried.
    """
    return sql.execute(REJECTED, (limit,)).fetchall()

"""Query about what waits for a person, by dataset: reviews, returned work, re-adjudications and agreement tasks."""

from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.queries import STANDING
from kenpin.read_models.gallery.table import key_of
from kenpin.read_models.reviews.queries import COUNTED, RETURNED, TO_REVIEW

KEY: Final = key_of("d.dataset_id")
WAITING: Final = f"""
select d.dataset_id, waits.review, back.returned, again.readjudication, tasks.agreement
from dataset d left join project p on p.project_id = d.project_id
cross join lateral (
    select count(*) filter (where not (coalesce(p.two_person, false) and annotated_by = %(person)s)) as review
    from (select s.annotated_by from {STANDING} where i.dataset_key = {KEY} and {TO_REVIEW} limit {COUNTED}) as w
) as waits
cross join lateral (
    select count(*) as returned from (select from {STANDING} where i.dataset_key = {KEY}
        and {RETURNED} and s.annotated_by = %(person)s limit {COUNTED}) as r
) as back
cross join lateral (
    select count(*) as readjudication from (select from readjudication_item as item
        where item.dataset_id = d.dataset_id and item.outcome is null limit {COUNTED}) as o
) as again
cross join lateral (
    select count(*) as agreement from agreement_task t
    where t.dataset_id = d.dataset_id and t.closed_at is null
        and (t.open_to is not null or %(person)s = any(t.people))
        and (select count(*) from blind_judgement j where j.dataset_id = t.dataset_id
            and j.task_id = t.task_id and j.person = %(person)s) < cardinality(t.image_ids)
) as tasks
where (%(projects)s::text[] is null or d.project_id = any(%(projects)s)) and d.dataset_id > %(after)s
order by d.dataset_id limit %(limit)s"""


def page(sql: Sql, person: str, projects: list[str] | None, after: str, limit: int) -> list[Row]:
    """Counts by dataset, those after `after`, of these projects or of all. Each count is at most COUNTED.

    `review` leaves out the person's own judgements where the project asks for a second person.
    """
    asked = {"person": person, "projects": projects, "after": after, "limit": limit}
    return sql.execute(WAITING, asked).fetchall()

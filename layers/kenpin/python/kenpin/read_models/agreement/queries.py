"""Queries about agreement tasks: progress, the caller's own answers, and all answers of a closed task."""

from collections.abc import Collection
from typing import Final

from kenpin.domain.ids import ImageId
from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of, valid
from kenpin.read_models.gallery.queries import images_as_of

FIELDS: Final = """
select t.dataset_id, t.task_id, t.image_ids, cardinality(t.image_ids) as images, t.people, t.open_to, t.note,
    t.opened_by, t.opened_at, t.opened_in as version, t.closed_at is not null as closed,
    t.closed_by, t.closed_at, t.close_reason,
    (select coalesce(jsonb_agg(jsonb_build_object('person', p.person, 'done', p.done) order by p.person), '[]')
        from (select asked.person, (select count(*) from {judgements} j where j.dataset_id = t.dataset_id
                and j.task_id = t.task_id and j.person = asked.person and {standing}) as done
            from (select unnest(t.people) as person union select j.person from {judgements} j
                where j.dataset_id = t.dataset_id and j.task_id = t.task_id and {standing}) as asked) as p) as progress
from {tasks} t where t.dataset_id = %(dataset)s and {valid}"""


def _fields(as_of: int | None) -> str:
    return FIELDS.format(
        tasks=rows_of("agreement_task", as_of),
        valid=valid("t", as_of),
        judgements=rows_of("blind_judgement", as_of),
        standing=valid("j", as_of),
    )


def page(sql: Sql, dataset_id: str, *, before: int | None, limit: int, as_of: int | None) -> list[Row]:
    """Tasks, newest first; `before` is the version at which the last one of the page before was opened."""
    return sql.execute(
        f"""{_fields(as_of)} and (%(before)s::bigint is null or t.opened_in < %(before)s)
        order by t.opened_in desc limit %(limit)s""",
        {"dataset": dataset_id, "before": before, "limit": limit, "as_of": as_of},
    ).fetchall()


def one(sql: Sql, dataset_id: str, task_id: str, as_of: int | None = None) -> Row | None:
    return sql.execute(
        f"{_fields(as_of)} and t.task_id = %(task)s",
        {"dataset": dataset_id, "task": task_id, "as_of": as_of},
    ).fetchone()


def closed(sql: Sql, dataset_id: str, task_ids: Collection[str]) -> set[str]:
    """Return those of the tasks that are closed."""
    rows = sql.execute(
        """select task_id from agreement_task
        where dataset_id = %s and task_id = any(%s) and closed_at is not null""",
        (dataset_id, list(task_ids)),
    )
    return {row["task_id"] for row in rows}


def answers(
    sql: Sql, dataset_id: str, task_id: str, *, person: str | None = None, as_of: int | None = None
) -> list[Row]:
    """Return the newest answer of each person for each image; of one person or of all."""
    return sql.execute(
        f"""select j.image_id, j.person, j.verdict, j.defect_classes, j.judged_at
        from {rows_of("blind_judgement", as_of)} j
        where j.dataset_id = %(dataset)s and j.task_id = %(task)s
            and (%(person)s::text is null or j.person = %(person)s) and {valid("j", as_of)}
        order by j.person, j.image_id""",
        {"dataset": dataset_id, "task": task_id, "person": person, "as_of": as_of},
    ).fetchall()


def images(sql: Sql, dataset_id: str, image_ids: list[ImageId], as_of: int | None = None) -> list[Row]:
    """These images as the gallery has them, in this order."""
    return sql.execute(
        f"""select q.* from unnest(%(images)s::text[]) with ordinality as asked (id, place)
        cross join lateral ({images_as_of(as_of)} and i.image_id = asked.id limit 1) as q order by asked.place""",
        {"dataset": dataset_id, "images": image_ids, "as_of": as_of},
    ).fetchall()

"""Queries about models: list and one."""

from datetime import datetime

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.queries import AT


def _fields(moment: Moment) -> str:
    return f"""
select m.*, run.evaluation, run.dataset_version, run.recipe
from {rows_of("model", moment)} m left join run using (run_id)"""


def one(sql: Sql, model_id: str, as_of: int | None = None) -> Row | None:
    query = f"{_fields(as_of)} where m.model_id = %(model)s and {valid('m', as_of)}"
    return sql.execute(query, {"model": model_id, "as_of": as_of}).fetchone()


def page(
    sql: Sql, projects: list[str] | None, before: str | None, limit: int, as_of: datetime | None = None
) -> list[Row]:
    """Models of these projects (None: all), newest first; `before` is the model id that the page before ended with."""
    return sql.execute(
        f"""with chosen as materialized (
            select model_id, registered_at,
                {AT.format(stream="'model-' || model_id") if as_of else "version"} as version
            from model where (%(projects)s::text[] is null or project_id = any(%(projects)s))
            and (%(before)s::text is null or (registered_at, model_id) <
                (select registered_at, model_id from model where model_id = %(before)s
                    and (%(projects)s::text[] is null or project_id = any(%(projects)s))))
            and (%(as_of)s::timestamptz is null or registered_at <= %(as_of)s)
            order by registered_at desc, model_id desc limit %(limit)s
        ) {_fields(as_of)} join chosen using (model_id)
        where {valid("m", as_of, "chosen.version")} order by chosen.registered_at desc, model_id desc""",
        {"projects": projects, "before": before, "limit": limit, "as_of": as_of},
    ).fetchall()

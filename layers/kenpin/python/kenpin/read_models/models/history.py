"""The history of each model: its stage and threshold on a given day, from the rows that each event left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of

HISTORY: Final = f"""
select model_id, version, dataset_id, run_id, what, stage, threshold, at, by, override_reason, back_to, gates,
    case what when 'threshold_chosen' then threshold_reason when 'gates_evaluated' then null else stage_reason
    end as reason
from {rows_of("model", 0)} as m where dataset_id = %(dataset)s"""
"""A row for each event: what it changed, and what stood already."""


def of_runs(sql: Sql, dataset_id: str, run_ids: list[str], upto: datetime | None) -> list[Row]:
    """Return the history of the models that these runs made, oldest first; as known at a time."""
    return sql.execute(
        f"""{HISTORY} and run_id = any(%(runs)s) and (%(upto)s::timestamptz is null or at <= %(upto)s)
        order by at, version""",
        {"dataset": dataset_id, "runs": run_ids, "upto": upto},
    ).fetchall()


def in_production(sql: Sql, dataset_id: str, at: datetime | None) -> Row | None:
    """The dataset's model that judged at this time (None: now): the one promoted last and not moved on since."""
    return sql.execute(
        f"""with known as ({HISTORY} and (%(at)s::timestamptz is null or at <= %(at)s)), standing as (
            select distinct on (model_id) * from known order by model_id, version desc
        )
        select standing.* from standing join lateral (
            select max(at) as promoted_at from known where known.model_id = standing.model_id and what = 'promoted'
        ) as promotion on true
        where stage = 'production' order by promoted_at desc limit 1""",
        {"dataset": dataset_id, "at": at},
    ).fetchone()


def stages(sql: Sql, dataset_id: str, at: datetime | None) -> list[Row]:
    """Return the changes of stage of the dataset's models up to a time (None: now), oldest first."""
    return sql.execute(
        f"""{HISTORY} and what in ('promoted', 'rolled_back', 'retired')
        and (%(at)s::timestamptz is null or at <= %(at)s) order by at, model_id, version""",
        {"dataset": dataset_id, "at": at},
    ).fetchall()


def standing(changes: Iterable[Row]) -> list[str]:
    """Return the models in stage production after these changes of stage; the last one is in production."""
    models: list[str] = []
    for change in changes:
        models = [model_id for model_id in models if model_id != change["model_id"]]
        if change["stage"] == "production":
            models.append(change["model_id"])
    return models


NEWEST: Final = 3


def newest(sql: Sql, dataset_id: str) -> list[Row]:
    """Return the newest models of the dataset, and those in production, newest first."""
    return sql.execute(
        """with numbered as (
            select *, row_number() over (order by registered_at desc, model_id) as place from model
            where dataset_id = %(dataset)s
        )
        select * from numbered where place <= %(newest)s or stage = 'production' order by place limit 10""",
        {"dataset": dataset_id, "newest": NEWEST},
    ).fetchall()

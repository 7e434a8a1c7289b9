"""Queries about runs: list, one, those of a worker."""

from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.queries import AT

QUEUE_PLACE: Final = """(case when status = 'queued' then (select count(*) from run q
        where q.status = 'queued' and q.requested_at < run.requested_at) + 1 end)"""

HAS_SCORED: Final = "r.status = 'succeeded' and r.predictions is not null and r.without is null"
"""The condition that the run's model has scored the dataset, and that it left no slice of history out"""
MOST_INSPECTIONS: Final = 500
"""Inspections whose scores are read, the newest: an automatic one may hold a few images alone."""
SCORED: Final = """
select r.run_id, r.predictions, coalesce(m.threshold, (r.evaluation ->> 'threshold')::double precision) as threshold
from run r left join model m using (run_id)"""


def _fields(moment: Moment, version: str = "%(as_of)s") -> str:
    """Runs as they stood; `version` is SQL for the version of a run's stream."""
    return f"""
select run.*, (select coalesce(jsonb_agg(jsonb_build_object('epoch', e.epoch, 'metrics', e.metrics, 'at', e.at)
        order by e.reported_in), '[]') from {rows_of("run_epoch", moment)} e
        where e.run_id = run.run_id and not e.dropped and {valid("e", moment, version)}) as epochs,
    {QUEUE_PLACE if moment is None else "null"}::bigint as queue_place
from {rows_of("run", moment)} run"""


def one(sql: Sql, run_id: str, as_of: int | None = None) -> Row | None:
    query = f"{_fields(as_of)} where run.run_id = %(run)s and {valid('run', as_of)}"
    return sql.execute(query, {"run": run_id, "as_of": as_of}).fetchone()


def newest_scored(sql: Sql, dataset_id: str, as_of: int | None) -> Row | None:
    """Return id and predictions file of the newest run that scored the dataset, at this version or before it."""
    return sql.execute(
        """select run_id, predictions from run where dataset_id = %(dataset)s and status = 'succeeded'
        and predictions is not null and dataset_version <= coalesce(%(as_of)s, dataset_version)
        order by requested_at desc limit 1""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchone()


def page(
    sql: Sql,
    projects: list[str] | None,
    dataset_id: str | None,
    before: str | None,
    limit: int,
    as_of: datetime | None = None,
) -> list[Row]:
    """Runs of these projects (None: all), newest first; `before` is the run id that the page before ended with."""
    return sql.execute(
        f"""with chosen as materialized (
            select run_id, requested_at, {AT.format(stream="'run-' || run_id") if as_of else "version"} as version
            from run where (%(projects)s::text[] is null or project_id = any(%(projects)s))
            and (%(dataset)s::text is null or dataset_id = %(dataset)s)
            and (%(before)s::text is null or (requested_at, run_id) <
                (select requested_at, run_id from run where run_id = %(before)s
                    and (%(projects)s::text[] is null or project_id = any(%(projects)s))))
            and (%(as_of)s::timestamptz is null or requested_at <= %(as_of)s)
            order by requested_at desc, run_id desc limit %(limit)s
        ) {_fields(as_of, "chosen.version")} join chosen using (run_id)
        where {valid("run", as_of, "chosen.version")} order by chosen.requested_at desc, run_id desc""",
        {"projects": projects, "dataset": dataset_id, "before": before, "limit": limit, "as_of": as_of},
    ).fetchall()


def worked_on_by(sql: Sql, worker: str) -> list[Row]:
    """The runs that this worker has in hands, as far as the rows have come."""
    return sql.execute(
        "select run_id, attempt from run where worker = %s and status = 'running'", (worker,)
    ).fetchall()


def ended_among(sql: Sql, run_ids: list[str]) -> list[str]:
    """Return those of the runs that succeeded, failed for good or were cancelled."""
    rows = sql.execute(
        "select run_id from run where run_id = any(%s) and status in ('succeeded', 'failed', 'cancelled')",
        (run_ids,),
    )
    return [row["run_id"] for row in rows]


def latest_scored(sql: Sql, dataset_id: str) -> str | None:
    """The newest run whose model has scored the pool of this dataset; none that left a slice of history out."""
    row = sql.execute(
        f"select r.run_id from run r where r.dataset_id = %s and {HAS_SCORED} order by r.requested_at desc limit 1",
        (dataset_id,),
    ).fetchone()
    return row["run_id"] if row else None


def score_files(sql: Sql, run_id: str) -> list[str]:
    """Return the files with scores by the model of a run: of the run, then of the newest inspections, oldest first."""
    rows = sql.execute(
        """select predictions from (
            (select predictions, 0 as version from run where run_id = %(run)s and predictions is not null)
            union all
            (select i.predictions, i.version from inspection i join model m using (model_id)
            where m.run_id = %(run)s and i.images > 0 order by i.version desc limit %(inspections)s)
        ) as files order by version""",
        {"run": run_id, "inspections": MOST_INSPECTIONS},
    ).fetchall()
    return [row["predictions"] for row in rows]


def ended_rounds(sql: Sql, dataset_id: str, method: str | None, limit: int) -> list[Row]:
    """Return the newest succeeded run of each dataset version, the newest version first.

    `method`: of their recipes; None: that of the newest run.
    """
    return sql.execute(
        """with done as (
            select run_id, dataset_version, recipe ->> 'method' as method, evaluation, requested_at from run
            where dataset_id = %(dataset)s and status = 'succeeded' and without is null)
        select distinct on (dataset_version) run_id, dataset_version, method, evaluation from done
        where method = coalesce(%(method)s, (select method from done order by requested_at desc limit 1))
        order by dataset_version desc, requested_at desc limit %(limit)s""",
        {"dataset": dataset_id, "method": method, "limit": limit},
    ).fetchall()


def second_opinion(sql: Sql, dataset_id: str, run_id: str) -> Row | None:
    """Return the run of the model in production, else the newest other run: run_id, predictions, threshold."""
    return sql.execute(
        f"""{SCORED} where r.dataset_id = %s and r.run_id <> %s and {HAS_SCORED}
        order by coalesce(m.stage = 'production', false) desc, r.requested_at desc limit 1""",
        (dataset_id, run_id),
    ).fetchone()


def newest_of_anomaly(sql: Sql, dataset_id: str) -> Row | None:
    """Return the newest run of the anomaly family: run_id, predictions, threshold."""
    return sql.execute(
        f"""{SCORED} where r.dataset_id = %s and r.recipe ->> 'method' = 'anomaly' and {HAS_SCORED}
        order by r.requested_at desc limit 1""",
        (dataset_id,),
    ).fetchone()

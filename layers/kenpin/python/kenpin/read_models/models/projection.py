"""Models: which run made each, where its threshold lies, and the stage people put it in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import ModelPromoted, ModelRegistered, ModelRetired, ThresholdChosen
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.projection import AT

MODEL: Final = DeclaredTable(
    "model",
    """
    model_id         text not null,
    project_id       text not null,
    dataset_id       text not null,
    run_id           text not null,
    artifact         text not null,
    threshold        double precision not null,
    threshold_reason text,
    stage            text not null,
    stage_reason     text,
    staged_by        text,
    registered_at    timestamptz not null,
    version          bigint not null""",
    owner="model_id",
    past=PastByTrigger("model_id"),
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(id_of(recorded.stream), recorded, sql)


def _project(model_id: str, recorded: Recorded, sql: Sql) -> None:
    actor = recorded.context.actor
    match recorded.event:
        case ModelRegistered() as event:
            _insert(recorded, event, sql)
        case ThresholdChosen(threshold=threshold, reason=reason):
            _set(sql, recorded, "threshold = %s, threshold_reason = %s", threshold, reason)
        case ModelPromoted(stage=stage, reason=reason):
            _set(sql, recorded, "stage = %s, stage_reason = %s, staged_by = %s", stage, reason, actor)
        case ModelRetired(reason=reason):
            _set(sql, recorded, "stage = 'retired', stage_reason = %s, staged_by = %s", reason, actor)


def _insert(recorded: Recorded, event: ModelRegistered, sql: Sql) -> None:
    sql.execute(
        """insert into model (model_id, project_id, dataset_id, run_id, artifact, threshold, stage,
            registered_at, version, valid_from) values (%s, %s, %s, %s, %s, %s, 'candidate', %s, %s, %s)""",
        (
            event.model_id,
            event.project_id,
            event.dataset_id,
            event.run_id,
            event.artifact,
            event.threshold,
            recorded.recorded_at,
            recorded.version,
            recorded.version,
        ),
    )


def _set(sql: Sql, recorded: Recorded, terms: str, *values: object) -> None:
    sql.execute(
        f"update model set {terms}, version = %s, valid_from = %s where model_id = %s",
        (*values, recorded.version, recorded.version, id_of(recorded.stream)),
    )


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


models = ReadModel("models", "model", (MODEL,), by_event(project))

"""Models: which run made each, where its threshold lies, and the stage people put it in."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import ModelPromoted, ModelRegistered, ModelRetired, ThresholdChosen
from kenpin.read_models.database import Row, Sql
from kenpin.read_models.projection import ReadModel

TABLE: Final = """
create table if not exists model (
    model_id         text primary key,
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
    version          bigint not null
);
"""


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(id_of(recorded.stream), recorded, sql)


def _project(model_id: str, recorded: Recorded, sql: Sql) -> None:
    actor = recorded.context.actor
    match recorded.event:
        case ModelRegistered() as event:
            _insert(recorded, event, sql)
        case ThresholdChosen(threshold=threshold, reason=reason):
            _set(
                sql, "threshold = %s, threshold_reason = %s", (threshold, reason, recorded.version, model_id)
            )
        case ModelPromoted(stage=stage, reason=reason):
            _set(
                sql,
                "stage = %s, stage_reason = %s, staged_by = %s",
                (stage, reason, actor, recorded.version, model_id),
            )
        case ModelRetired(reason=reason):
            _set(
                sql,
                "stage = %s, stage_reason = %s, staged_by = %s",
                ("retired", reason, actor, recorded.version, model_id),
            )


def _insert(recorded: Recorded, event: ModelRegistered, sql: Sql) -> None:
    sql.execute(
        """insert into model (model_id, project_id, dataset_id, run_id, artifact, threshold, stage,
            registered_at, version) values (%s, %s, %s, %s, %s, %s, 'candidate', %s, %s)""",
        (
            event.model_id,
            event.project_id,
            event.dataset_id,
            event.run_id,
            event.artifact,
            event.threshold,
            recorded.recorded_at,
            recorded.version,
        ),
    )


def _set(sql: Sql, terms: str, values: tuple[object, ...]) -> None:
    sql.execute(f"update model set {terms}, version = %s where model_id = %s", values)


FIELDS: Final = """
select m.*, run.evaluation, run.dataset_version, run.recipe from model m left join run using (run_id)
"""


def one(sql: Sql, model_id: str) -> Row | None:
    return sql.execute(f"{FIELDS} where model_id = %s", (model_id,)).fetchone()


def page(sql: Sql, projects: list[str] | None, before: str | None, limit: int) -> list[Row]:
    """Models of these projects (None: all), newest first; `before` is the model id that the page before ended with."""
    return sql.execute(
        f"""{FIELDS} where (%(projects)s::text[] is null or m.project_id = any(%(projects)s))
        and (%(before)s::text is null or (m.registered_at, m.model_id) <
            (select registered_at, model_id from model where model_id = %(before)s
                and (%(projects)s::text[] is null or project_id = any(%(projects)s))))
        order by m.registered_at desc, m.model_id desc limit %(limit)s""",
        {"projects": projects, "before": before, "limit": limit},
    ).fetchall()


models = ReadModel("models", "model", TABLE, project)

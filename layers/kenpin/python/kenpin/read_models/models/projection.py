"""Projection of models: their run, threshold and stage."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import ModelPromoted, ModelRegistered, ModelRetired, ThresholdChosen
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

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


models = ReadModel("models", "model", (MODEL,), by_event(project))

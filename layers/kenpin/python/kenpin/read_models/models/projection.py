"""Projection of models: their run, threshold and stage, with a past row for each earlier state."""

from collections.abc import Sequence
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import (
    GatesEvaluated,
    ImagesInspected,
    InspectionFailed,
    InspectionRequested,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ModelRolledBack,
    ThresholdChosen,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger
from kenpin.read_models.models import inspections

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
    grey_from        double precision,
    stage            text not null,
    stage_reason     text,
    staged_by        text,
    override_reason  text,
    back_to          text,
    gates            jsonb,
    registered_at    timestamptz not null,
    version          bigint not null,
    what             text not null,
    by               text not null,
    at               timestamptz not null""",
    owner="model_id",
    past=PastByTrigger("model_id"),
    after="""
create index if not exists model_of_dataset on model (dataset_id);
create index if not exists model_past_of_dataset on model_past (dataset_id);""",
)
"""`what`, `by` and `at` tell the event that made the row what it is."""


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(recorded, sql)


def _project(recorded: Recorded, sql: Sql) -> None:
    match recorded.event:
        case ModelRegistered() as event:
            _insert(recorded, event, sql)
        case ThresholdChosen(threshold=threshold, reason=reason, grey_from=grey_from):
            terms = "threshold = %s, threshold_reason = %s, grey_from = %s"
            _set(sql, recorded, "threshold_chosen", terms, threshold, reason, grey_from)
        case GatesEvaluated(report=report):
            _set(sql, recorded, "gates_evaluated", "gates = %s", Jsonb(msgspec.to_builtins(report)))
        case ModelPromoted(stage=stage, reason=reason, override_reason=override_reason):
            _set_stage(sql, recorded, "promoted", stage, reason, override_reason=override_reason or None)
        case ModelRolledBack(back_to=back_to, reason=reason):
            _set_stage(sql, recorded, "rolled_back", "candidate", reason, back_to=back_to)
        case InspectionRequested() as event:
            inspections.request(sql, recorded, event)
        case ImagesInspected() as event:
            inspections.store_result(sql, recorded, event)
        case InspectionFailed(inspection_id=inspection_id, reason=reason):
            inspections.fail(sql, recorded, inspection_id, reason)
        case ModelRetired(reason=reason):
            _set_stage(sql, recorded, "retired", "retired", reason)


def _insert(recorded: Recorded, event: ModelRegistered, sql: Sql) -> None:
    sql.execute(
        """insert into model (model_id, project_id, dataset_id, run_id, artifact, threshold, stage,
            registered_at, version, what, by, at, valid_from)
        values (%s, %s, %s, %s, %s, %s, 'candidate', %s, %s, 'registered', %s, %s, %s)""",
        (
            event.model_id,
            event.project_id,
            event.dataset_id,
            event.run_id,
            event.artifact,
            event.threshold,
            recorded.recorded_at,
            recorded.version,
            recorded.context.actor,
            recorded.recorded_at,
            recorded.version,
        ),
    )


def _set_stage(
    sql: Sql,
    recorded: Recorded,
    what: str,
    stage: str,
    reason: str,
    *,
    override_reason: str | None = None,
    back_to: str | None = None,
) -> None:
    terms = "stage = %s, stage_reason = %s, staged_by = %s, override_reason = %s, back_to = %s"
    _set(sql, recorded, what, terms, stage, reason, recorded.context.actor, override_reason, back_to)


def _set(sql: Sql, recorded: Recorded, what: str, terms: str, *values: object) -> None:
    told = (recorded.version, recorded.version, what, recorded.context.actor, recorded.recorded_at)
    sql.execute(
        f"""update model set {terms}, version = %s, valid_from = %s, what = %s, by = %s, at = %s
        where model_id = %s""",
        (*values, *told, id_of(recorded.stream)),
    )


models = ReadModel("models", "model", (MODEL, inspections.INSPECTION), by_event(project))

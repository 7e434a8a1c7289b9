"""Projection of runs: their stage, progress and figures."""

from collections.abc import Sequence
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.run.events import (
    EpochCompleted,
    PoolScored,
    RunCancelled,
    RunEvaluated,
    RunFailed,
    RunRequested,
    RunRetried,
    RunStarted,
    RunSucceeded,
    StageProgressed,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

RUN: Final = DeclaredTable(
    "run",
    """
    run_id          text not null,
    project_id      text not null,
    dataset_id      text not null,
    dataset_version bigint not null,
    dataset_hash    text not null,
    recipe          jsonb not null,
    seed            bigint not null,
    parent_model    text,
    status          text not null,
    attempt         int not null default 0,
    stage           text,
    done            int,
    total           int,
    eta_seconds     double precision,
    evaluation      jsonb,
    predictions     text,
    artifact        text,
    identity        jsonb,
    failure         jsonb,
    requested_by    text not null,
    requested_at    timestamptz not null,
    started_at      timestamptz,
    finished_at     timestamptz,
    seconds         double precision,
    version         bigint not null,
    worker text,
    accepted_only boolean not null default false,
    left_out int not null default 0,
    like_run text,
    without jsonb,
    reason text not null default ''""",
    owner="run_id",
    past=PastByTrigger("run_id"),
    after="""
create index if not exists run_by_dataset on run (dataset_id, requested_at);
create index if not exists run_unfinished on run (requested_at) where status in ('queued', 'running');
create index if not exists run_by_worker on run (worker) where status = 'running';""",
)
RUN_EPOCH: Final = DeclaredTable(
    "run_epoch",
    """
    run_id      text not null,
    reported_in bigint not null,
    epoch       int not null,
    metrics     jsonb not null,
    at          timestamptz not null,
    dropped     boolean not null default false""",
    owner="run_id",
    past=PastByTrigger("run_id, reported_in"),
)
"""`dropped`: a later attempt does not build on the epoch."""


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        run_id, version = id_of(recorded.stream), recorded.version
        if isinstance(recorded.event, RunRequested):
            _insert(recorded, recorded.event, sql)
        if isinstance(recorded.event, RunStarted):
            _keep_epochs(run_id, version, recorded.event.resumes_after, sql)
        if isinstance(recorded.event, EpochCompleted):
            _add_epoch(run_id, recorded, recorded.event, sql)
        _set(run_id, {**_columns(recorded), "version": version, "valid_from": version}, sql)


def _insert(recorded: Recorded, event: RunRequested, sql: Sql) -> None:
    sql.execute(
        """insert into run (run_id, project_id, dataset_id, dataset_version, dataset_hash, recipe, seed,
            parent_model, accepted_only, left_out, like_run, without, reason, status, requested_by,
            requested_at, version, valid_from)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s, %s, %s, %s)""",
        (
            event.run_id,
            event.project_id,
            event.dataset_id,
            event.dataset_version,
            event.dataset_hash,
            Jsonb(event.recipe),
            event.seed,
            event.parent_model,
            event.accepted_only,
            event.left_out,
            event.like,
            _jsonb(event.without) if event.without else None,
            event.reason,
            recorded.context.actor,
            recorded.recorded_at,
            recorded.version,
            recorded.version,
        ),
    )


FRESH: Final[dict[str, object]] = {
    "stage": None,
    "done": None,
    "total": None,
    "eta_seconds": None,
    "evaluation": None,
    "predictions": None,
}
"""Columns that a new attempt starts without, beside the epochs that it does not build on."""


def _columns(recorded: Recorded) -> dict[str, object]:
    """The columns that an event sets."""
    event, at = recorded.event, recorded.recorded_at
    match event:
        case RunStarted(attempt=attempt, identity=identity, worker=worker):
            started = {"status": "running", "attempt": attempt, "started_at": at, "worker": worker}
            return {**FRESH, **started, "identity": _jsonb(identity), "failure": None, "finished_at": None}
        case StageProgressed(stage=stage, done=done, total=total, eta_seconds=eta):
            return {"stage": stage, "done": done, "total": total, "eta_seconds": eta}
        case EpochCompleted(epoch=epoch, epochs=epochs, eta_seconds=eta):
            return {"stage": "train", "done": epoch, "total": epochs, "eta_seconds": eta}
        case RunEvaluated(evaluation=evaluation):
            return {"evaluation": _jsonb(evaluation)}
        case PoolScored(predictions=predictions):
            return {"predictions": predictions}
        case RunSucceeded(artifact=artifact, seconds=seconds):
            return {"status": "succeeded", "artifact": artifact, "seconds": seconds, "finished_at": at}
        case RunFailed(reason=reason, log_tail=log_tail, final=final):
            failure = Jsonb({"reason": reason, "log_tail": log_tail})
            return {
                "status": "failed" if final else "queued",
                "failure": failure,
                "finished_at": at if final else None,
            }
        case RunRetried():
            return {"status": "queued", "finished_at": None}
        case RunCancelled():
            return {"status": "cancelled", "finished_at": at}
        case _:
            return {}


def _jsonb(value: msgspec.Struct) -> Jsonb:
    fields = {name: getattr(value, name) for name in value.__struct_fields__}
    return Jsonb(msgspec.to_builtins(fields))


def _set(run_id: str, columns: dict[str, object], sql: Sql) -> None:
    terms = ", ".join(f"{name} = %s" for name in columns)
    sql.execute(f"update run set {terms} where run_id = %s", (*columns.values(), run_id))


def _keep_epochs(run_id: str, version: int, upto: int, sql: Sql) -> None:
    """Keep the epochs that the new attempt builds on; it does not report them again."""
    sql.execute(
        "update run_epoch set dropped = true, valid_from = %s where run_id = %s and epoch > %s and not dropped",
        (version, run_id, upto),
    )


def _add_epoch(run_id: str, recorded: Recorded, event: EpochCompleted, sql: Sql) -> None:
    sql.execute(
        """insert into run_epoch (run_id, reported_in, epoch, metrics, at, valid_from)
        values (%s, %s, %s, %s, %s, %s)""",
        (
            run_id,
            recorded.version,
            event.epoch,
            Jsonb(event.metrics),
            recorded.recorded_at,
            recorded.version,
        ),
    )


runs = ReadModel("runs", "run", (RUN, RUN_EPOCH), by_event(project))

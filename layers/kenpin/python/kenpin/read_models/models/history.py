"""The history of each model: its stage and threshold on a given day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import ModelPromoted, ModelRegistered, ModelRetired, ThresholdChosen
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable

MODEL_HISTORY: Final = DeclaredTable(
    "model_history",
    """
    model_id   text not null,
    version    bigint not null,
    dataset_id text not null,
    run_id     text not null,
    what       text not null,
    stage      text not null,
    threshold  double precision not null,
    reason     text,
    at         timestamptz not null,
    by         text not null,
    primary key (model_id, version)""",
    owner="model_id",
    after="""
create index if not exists model_history_of on model_history (dataset_id, at);""",
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    """A row for each event: what it changed, and what stood already."""
    model_id = id_of(batch[0].stream)
    last = sql.execute(
        "select * from model_history where model_id = %s order by version desc limit 1", (model_id,)
    ).fetchone()
    standing: Row = last or {}
    for recorded in batch:
        standing = {**standing, **_told(recorded), **_envelope(model_id, recorded)}
        sql.execute(
            """insert into model_history values (%(model_id)s, %(version)s, %(dataset_id)s, %(run_id)s,
                %(what)s, %(stage)s, %(threshold)s, %(reason)s, %(at)s, %(by)s)""",
            standing,
        )


def _envelope(model_id: str, recorded: Recorded) -> Row:
    return {
        "model_id": model_id,
        "version": recorded.version,
        "at": recorded.recorded_at,
        "by": recorded.context.actor,
    }


def _told(recorded: Recorded) -> Row:
    match recorded.event:
        case ModelRegistered(dataset_id=dataset_id, run_id=run_id, threshold=threshold):
            made = {"dataset_id": dataset_id, "run_id": run_id, "threshold": threshold}
            return {**made, "what": "registered", "stage": "candidate", "reason": None}
        case ThresholdChosen(threshold=threshold, reason=reason):
            return {"what": "threshold_chosen", "threshold": threshold, "reason": reason}
        case ModelPromoted(stage=stage, reason=reason):
            return {"what": "promoted", "stage": stage, "reason": reason}
        case ModelRetired(reason=reason):
            return {"what": "retired", "stage": "retired", "reason": reason}
        case _:
            raise AssertionError(recorded)


def of_runs(sql: Sql, dataset_id: str, run_ids: list[str], upto: datetime | None) -> list[Row]:
    """Return the history of the models that these runs made, oldest first; as known at a time."""
    return sql.execute(
        """select * from model_history where dataset_id = %s and run_id = any(%s)
            and (%s::timestamptz is null or at <= %s) order by at, version""",
        (dataset_id, run_ids, upto, upto),
    ).fetchall()


def in_production(sql: Sql, dataset_id: str, at: datetime | None) -> Row | None:
    """The dataset's model that judged at this time (None: now): the one promoted last and not moved on since."""
    return sql.execute(
        """select standing.* from (
            select distinct on (model_id) * from model_history
            where dataset_id = %(dataset)s and (%(at)s::timestamptz is null or at <= %(at)s)
            order by model_id, version desc
        ) as standing join lateral (
            select max(at) as promoted_at from model_history h where h.model_id = standing.model_id
                and what = 'promoted' and (%(at)s::timestamptz is null or h.at <= %(at)s)
        ) as promotion on true
        where stage = 'production' order by promoted_at desc limit 1""",
        {"dataset": dataset_id, "at": at},
    ).fetchone()


NEWEST: Final = 3


def newest(sql: Sql, dataset_id: str) -> list[Row]:
    """Return the newest models of the dataset, and those in production, newest first."""
    return sql.execute(
        """with standing as (
            select distinct on (h.model_id) h.*, m.registered_at from model_history h join model m using (model_id)
            where h.dataset_id = %(dataset)s order by h.model_id, h.version desc
        ), numbered as (
            select *, row_number() over (order by registered_at desc, model_id) as place from standing
        )
        select * from numbered where place <= %(newest)s or stage = 'production' order by place limit 10""",
        {"dataset": dataset_id, "newest": NEWEST},
    ).fetchall()


model_history = ReadModel("model_history", "model", (MODEL_HISTORY,), by_event(project))

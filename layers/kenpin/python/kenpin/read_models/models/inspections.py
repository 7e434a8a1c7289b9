"""Inspections: their table, its rows from events, and queries."""

from typing import Final

from msgspec import structs

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.model.events import ImagesInspected, InspectionRequested
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

INSPECTION: Final = DeclaredTable(
    "inspection",
    """
    model_id        text not null,
    inspection_id   text not null,
    dataset_id      text not null,
    state           text not null,
    requested_by    text not null,
    requested_at    timestamptz not null,
    named           int,
    after           bigint,
    upto            bigint,
    failed          text,
    dataset_version bigint,
    threshold       double precision,
    predictions     text,
    images          int,
    judged_ng       int,
    unfamiliar      int,
    left_out        int,
    remaining       int,
    grey_from       double precision,
    grey            int,
    version         bigint not null,
    inspected_at    timestamptz,
    primary key (model_id, inspection_id)""",
    owner="model_id",
    after="""
create index if not exists inspection_by_version on inspection (model_id, version);
create index if not exists inspection_of_dataset on inspection (dataset_id, requested_at, inspection_id);""",
)
"""`named` counts the images that were asked for by their ids; null: nobody knows, as of an older Kenpin."""


def request(sql: Sql, recorded: Recorded, event: InspectionRequested) -> None:
    row = {
        "model_id": id_of(recorded.stream),
        "inspection_id": event.inspection_id,
        "dataset_id": event.dataset_id,
        "state": "working",
        "requested_by": recorded.context.actor,
        "requested_at": recorded.recorded_at,
        "named": len(event.image_ids),
        "after": event.after,
        "upto": event.upto,
        "version": recorded.version,
    }
    sql.execute(f"insert into inspection ({', '.join(row)}) values ({_values(row)})", row)


def store_result(sql: Sql, recorded: Recorded, event: ImagesInspected) -> None:
    """Store what an inspection found. Those of an older Kenpin have no request."""
    found = {**structs.asdict(event), "state": "done", "failed": None}
    found |= {"version": recorded.version, "inspected_at": recorded.recorded_at}
    asked = {"requested_by": recorded.context.actor, "requested_at": recorded.recorded_at}
    row = {"model_id": id_of(recorded.stream), **asked, **found}
    renewed = ", ".join(f"{name} = excluded.{name}" for name in found)
    sql.execute(
        f"""insert into inspection ({", ".join(row)}) values ({_values(row)})
        on conflict (model_id, inspection_id) do update set {renewed}""",
        row,
    )


def fail(sql: Sql, recorded: Recorded, inspection_id: str, reason: str) -> None:
    sql.execute(
        """update inspection set state = 'failed', failed = %s, version = %s
        where model_id = %s and inspection_id = %s""",
        (reason, recorded.version, id_of(recorded.stream), inspection_id),
    )


def _values(row: Row) -> str:
    return ", ".join(f"%({name})s" for name in row)


def page(sql: Sql, model_id: str, before: int | None, limit: int) -> list[Row]:
    """Return what a model found, newest first; `before` is the version that the page before ended with."""
    return sql.execute(
        """select * from inspection where model_id = %(model)s and state = 'done'
        and (%(before)s::bigint is null or version < %(before)s)
        order by version desc limit %(limit)s""",
        {"model": model_id, "before": before, "limit": limit},
    ).fetchall()


def of_dataset(sql: Sql, dataset_id: str, before: str | None, limit: int) -> list[Row]:
    """Return the inspections of a dataset, newest first; `before` is the one that the page before ended with."""
    return sql.execute(
        """select * from inspection where dataset_id = %(dataset)s and (%(before)s::text is null
            or (requested_at, inspection_id) < (select requested_at, inspection_id from inspection
                where dataset_id = %(dataset)s and inspection_id = %(before)s))
        order by requested_at desc, inspection_id desc limit %(limit)s""",
        {"dataset": dataset_id, "before": before, "limit": limit},
    ).fetchall()


def of_run(sql: Sql, run_id: str, limit: int) -> list[Row]:
    """Return file and threshold of the newest inspections by the model of a run, oldest first."""
    return sql.execute(
        """select predictions, threshold from (
            select i.predictions, i.threshold, i.version from inspection i join model m using (model_id)
            where m.run_id = %s and i.images > 0 order by i.version desc limit %s
        ) as newest order by version""",
        (run_id, limit),
    ).fetchall()


def one(sql: Sql, model_id: str, inspection_id: str) -> Row | None:
    return sql.execute(
        "select * from inspection where model_id = %s and inspection_id = %s", (model_id, inspection_id)
    ).fetchone()


def of_image(sql: Sql, model_id: str, ordinal: int) -> Row | None:
    """Return the inspection by the model that is to have the score of the image with this ordinal.

    It is the automatic one that took the image with what arrived, else the first one of all images since then, else
    the first one of images that were named.
    """
    return sql.execute(
        """select * from inspection where model_id = %(model)s and state = 'done' and images > 0
        and dataset_version >= %(ordinal)s and (upto is null or after < %(ordinal)s and %(ordinal)s <= upto)
        order by upto is null, coalesce(named, 0) > 0, version limit 1""",
        {"model": model_id, "ordinal": ordinal},
    ).fetchone()

"""Regions of interest of a dataset: their table, and queries as they stand or stood at a version."""

from typing import Final

import msgspec

from kenpin.domain.dataset.events import RegionOfInterestSet
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

DATASET_REGION: Final = DeclaredTable(
    "dataset_region",
    """
    dataset_id text not null,
    version    bigint not null,
    camera     text,
    width      integer not null,
    height     integer not null,
    include    jsonb not null,
    ignore     jsonb not null,
    reason     text not null,
    set_at     timestamptz not null,
    set_by     text not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
)


def add(sql: Sql, recorded: Recorded, event: RegionOfInterestSet) -> None:
    sql.execute(
        "insert into dataset_region values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            id_of(recorded.stream),
            recorded.version,
            event.camera,
            event.width,
            event.height,
            msgspec.json.encode(event.include).decode(),
            msgspec.json.encode(event.ignore).decode(),
            event.reason,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )


def as_json(dataset: str, version: str | None) -> str:
    """Return SQL for the newest region of each camera, at a version or now, as a JSON list by camera.

    A region that was removed is left out.
    """
    by_then = "" if version is None else f"and r.version <= {version}"
    return f"""(select coalesce(jsonb_agg(to_jsonb(each)), '[]') from (
        select * from (select distinct on (r.camera)
            camera, width, height, include, ignore, reason, version, set_at as at, set_by as by
            from dataset_region r where r.dataset_id = {dataset} {by_then}
            order by r.camera nulls first, r.version desc) newest
        where include <> '[]' or ignore <> '[]') each)"""

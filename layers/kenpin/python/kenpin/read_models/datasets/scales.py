"""Camera scales of a dataset: their table, and queries as they stand or stood at a version."""

from collections.abc import Iterable
from typing import Final

from kenpin.domain.dataset.events import ScaleRemoved, ScaleSet
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

DATASET_SCALE: Final = DeclaredTable(
    "dataset_scale",
    """
    dataset_id   text not null,
    version      bigint not null,
    camera       text,
    mm_per_pixel double precision,
    reason       text not null,
    set_at       timestamptz not null,
    set_by       text not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
)


def add(sql: Sql, recorded: Recorded, event: ScaleSet | ScaleRemoved) -> None:
    """Add the row of a change; one without a value where the scale was removed."""
    sql.execute(
        "insert into dataset_scale values (%s, %s, %s, %s, %s, %s, %s)",
        (
            id_of(recorded.stream),
            recorded.version,
            event.camera,
            event.mm_per_pixel if isinstance(event, ScaleSet) else None,
            event.reason,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )


def standing(dataset: str, version: str | None) -> str:
    """Return SQL for the scale of each camera of a dataset, at a version or now."""
    by_then = "" if version is None else f"and s.version <= {version}"
    return f"""select * from (select distinct on (s.camera)
            camera, mm_per_pixel, reason, version, set_at as at, set_by as by
            from dataset_scale s where s.dataset_id = {dataset} {by_then}
            order by s.camera nulls first, s.version desc
        ) newest where mm_per_pixel is not null"""


def as_json(dataset: str, version: str | None) -> str:
    """Return SQL for the same as a JSON list, in the order of the cameras."""
    return f"""(select coalesce(jsonb_agg(to_jsonb(each) order by camera nulls first), '[]')
        from ({standing(dataset, version)}) each)"""


def common_scale(sql: Sql, dataset_id: str, cameras: Iterable[str | None]) -> float | None:
    """Return the millimetres of a pixel that all these cameras share now; None where they do not share one."""
    rows = sql.execute(standing("%(dataset)s", None), {"dataset": dataset_id})
    scales = {row["camera"]: float(row["mm_per_pixel"]) for row in rows}
    found = {scales.get(camera, scales.get(None)) for camera in cameras}
    return found.pop() if len(found) == 1 else None

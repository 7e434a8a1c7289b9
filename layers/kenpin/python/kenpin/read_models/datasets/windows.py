"""Windows of deep grey of a dataset: their table, and queries as they stand or stood at a version."""

from collections.abc import Collection
from typing import Final

import msgspec

from kenpin.domain.dataset.events import WindowRemoved, WindowSet
from kenpin.domain.event import Recorded
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.ids import id_of
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

DATASET_WINDOW: Final = DeclaredTable(
    "dataset_window",
    """
    dataset_id text not null,
    version    bigint not null,
    camera     text,
    low        double precision,
    high       double precision,
    how        text not null,
    reason     text not null,
    set_at     timestamptz not null,
    set_by     text not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
)


def add(sql: Sql, recorded: Recorded, event: WindowSet | WindowRemoved) -> None:
    """Add the row of a change; one without values where the window was removed."""
    low, high, how = (
        (event.low, event.high, event.how) if isinstance(event, WindowSet) else (None, None, "person")
    )
    sql.execute(
        "insert into dataset_window values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            id_of(recorded.stream),
            recorded.version,
            event.camera,
            low,
            high,
            how,
            event.reason,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )


def standing(dataset: str, version: str | None) -> str:
    """Return SQL for the window of each camera of a dataset, at a version or now."""
    by_then = "" if version is None else f"and w.version <= {version}"
    return f"""select * from (select distinct on (w.camera)
            camera, low, high, how, reason, version, set_at as at, set_by as by
            from dataset_window w where w.dataset_id = {dataset} {by_then}
            order by w.camera nulls first, w.version desc
        ) newest where low is not null"""


def as_json(dataset: str, version: str | None) -> str:
    """Return SQL for the same as a JSON list, in the order of the cameras."""
    return f"""(select coalesce(jsonb_agg(to_jsonb(each) order by camera nulls first), '[]')
        from ({standing(dataset, version)}) each)"""


def windows(sql: Sql, dataset_id: str, as_of: int | None = None) -> tuple[GreyWindow, ...]:
    """Return the windows of a dataset at a version or now."""
    query = standing("%(dataset)s", None if as_of is None else "%(as_of)s")
    return _grey_windows(sql.execute(query, {"dataset": dataset_id, "as_of": as_of}).fetchall())


def ever_set(sql: Sql, image_id: str) -> tuple[GreyWindow, ...]:
    """Return every window that a dataset from which the image was erased has ever had."""
    rows = sql.execute(
        """select distinct null as camera, w.low, w.high from dataset_window w
        where w.low is not null
        and w.dataset_id in (select e.dataset_id from erasure e where e.image_id = %s)""",
        (image_id,),
    )
    return _grey_windows(rows.fetchall())


def _grey_windows(rows: Collection[Row]) -> tuple[GreyWindow, ...]:
    named = [{name: row[name] for name in GreyWindow.__struct_fields__} for row in rows]
    return msgspec.convert(named, tuple[GreyWindow, ...])

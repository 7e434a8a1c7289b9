"""Queries about the windows of deep grey of a dataset, as they stand or stood at a version."""

from collections.abc import Collection

import msgspec

from kenpin.domain.grey_window import GreyWindow
from kenpin.projections.database import Row, Sql

FIELDS = "camera, low, high, how, reason, version, set_at as at, set_by as by"


def standing(dataset: str, version: str | None) -> str:
    """Return SQL for the newest window of each camera of a dataset, at a version or now."""
    by_then = "" if version is None else f"and w.version <= {version}"
    return f"""select distinct on (w.camera) {FIELDS} from dataset_window w
        where w.dataset_id = {dataset} {by_then} order by w.camera nulls first, w.version desc"""


def as_json(dataset: str, version: str | None) -> str:
    """Return SQL for the same as a JSON list, in the order of the cameras."""
    return f"(select coalesce(jsonb_agg(to_jsonb(each)), '[]') from ({standing(dataset, version)}) each)"


def windows(sql: Sql, dataset_id: str, as_of: int | None = None) -> tuple[GreyWindow, ...]:
    """Return the windows of a dataset at a version or now."""
    query = standing("%(dataset)s", None if as_of is None else "%(as_of)s")
    return _grey_windows(sql.execute(query, {"dataset": dataset_id, "as_of": as_of}).fetchall())


def ever_set(sql: Sql, image_id: str) -> tuple[GreyWindow, ...]:
    """Return every window that a dataset from which the image was erased has ever had."""
    rows = sql.execute(
        """select distinct null as camera, w.low, w.high from dataset_window w
        where w.dataset_id in (select e.dataset_id from erasure e where e.image_id = %s)""",
        (image_id,),
    )
    return _grey_windows(rows.fetchall())


def _grey_windows(rows: Collection[Row]) -> tuple[GreyWindow, ...]:
    named = [{name: row[name] for name in GreyWindow.__struct_fields__} for row in rows]
    return msgspec.convert(named, tuple[GreyWindow, ...])

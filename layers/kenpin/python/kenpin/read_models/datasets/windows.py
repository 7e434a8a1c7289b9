"""Queries about the windows of deep grey of a dataset, as they stand or stood at a version."""

from collections.abc import Collection, Mapping

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


def windows_of(sql: Sql, dataset_ids: Collection[str]) -> Mapping[str, tuple[GreyWindow, ...]]:
    """Return the present windows of several datasets; those that have none are left out."""
    rows = sql.execute(
        """select distinct on (w.dataset_id, w.camera) w.dataset_id, w.camera, w.low, w.high from dataset_window w
        where w.dataset_id = any(%s) order by w.dataset_id, w.camera nulls first, w.version desc""",
        (list(dataset_ids),),
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["dataset_id"], []).append(row)
    return {dataset_id: _grey_windows(each) for dataset_id, each in found.items()}


def _grey_windows(rows: Collection[Row]) -> tuple[GreyWindow, ...]:
    named = [{name: row[name] for name in GreyWindow.__struct_fields__} for row in rows]
    return msgspec.convert(named, tuple[GreyWindow, ...])

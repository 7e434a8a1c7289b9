"""Counts of images by their capture conditions and sizes, for data health."""

from typing import Final

from kenpin.domain.dataset.health import SliceCount
from kenpin.domain.ids import DatasetId
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import KEY, NOW

CONDITIONS: Final = ("product", "line", "station", "camera", "light", "lot", "part", "session", "captured_at")
VALUES_SHOWN: Final = ("product", "line", "station", "camera", "light")
"""Conditions with few values; of the others only whether they are missing is counted."""
SLICES: Final = f"""
select condition.field, condition.value, count(*) filter (where s.verdict = 'OK') as ok,
    count(*) filter (where s.verdict = 'NG') as ng,
    count(*) filter (where s.verdict is null or s.verdict not in ('OK', 'NG')) as others
from image i cross join lateral ({NOW}) as s cross join lateral (
    select field, case when field = any(%(shown)s) then s.capture ->> field
        when s.capture ->> field is null then null else '' end as value
    from unnest(%(fields)s::text[]) as field) as condition
where i.dataset_key = {KEY} and s.excluded is null
group by 1, 2 order by array_position(%(fields)s::text[], condition.field), count(*) desc, 2"""
SIZES: Final = f"""
select width, height, count(*) as images from image i cross join lateral ({NOW}) as s
where i.dataset_key = {KEY} and s.excluded is null group by 1, 2 order by 3 desc, 1, 2"""


def slices(sql: Sql, dataset_id: DatasetId) -> list[SliceCount]:
    """Return the images that take part by each condition, the largest value first."""
    asked = {"dataset": dataset_id, "fields": list(CONDITIONS), "shown": list(VALUES_SHOWN)}
    return [SliceCount(**row) for row in sql.execute(SLICES, asked)]


def sizes(sql: Sql, dataset_id: DatasetId) -> list[Row]:
    """Return width, height and number of images, the commonest first."""
    return sql.execute(SIZES, {"dataset": dataset_id}).fetchall()

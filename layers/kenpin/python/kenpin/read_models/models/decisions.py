"""Queries from a model to the judgements that it stands on."""

from typing import Final

from kenpin.domain.dataset.eligibility import counting_judgement, learnt_from
from kenpin.domain.dataset.in_slice import slice_parameters, slice_sql
from kenpin.domain.history_slice import HistorySlice
from kenpin.projections.database import Row, Sql
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY

# Ways to how an image stood then: it stands so still, with one verdict or the other, or ceased to since. Each by an
# index of its own: no way reads more than a page, but for what has changed since.
ENDED: Final = f"""with ended as materialized (
    select * from image_past where dataset_key = {KEY} and valid_to > %(at)s
)"""
WAYS: Final = (
    f"image s where s.dataset_key = {KEY} and s.verdict = 'OK'",
    f"image s where s.dataset_key = {KEY} and s.verdict = 'NG'",
    "ended s where s.verdict in ('OK', 'NG')",
)
WAY: Final = """(
select s.ordinal, s.split, s.verdict, s.annotation, s.annotated_by as by, s.annotated_at as at,
    s.annotated_in as version, s.review
from {way} and s.ordinal > %(after)s and s.valid_from <= %(at)s and {counting}{split}
order by s.ordinal limit %(limit)s)"""
SPLIT: Final = {
    None: "",
    "train": f" and {learnt_from('s')}",
    "validation": " and s.split = 'validation'",
    "test": " and s.split = 'test'",
}
PAGE: Final = f"""{{ended}}, page as (
    select * from ({{ways}}) as standing order by ordinal limit %(limit)s
)
select page.*, i.image_id, i.name from page cross join lateral (
    select image_id, name from image where dataset_key = {KEY} and ordinal = page.ordinal limit 1
) as i order by page.ordinal"""


def page(
    sql: Sql,
    dataset_id: str,
    version: int,
    used_as: str | None,
    *,
    accepted_only: bool,
    without: HistorySlice | None = None,
    after: int,
    limit: int,
) -> list[Row]:
    """Return judgements that a run at this version learnt from or was measured by, in order of place."""
    counting = counting_judgement("s", accepted_only)
    if without:
        in_slice = slice_sql("s", without.kind, grouping_at("%(dataset)s", "%(at)s"))
        counting += f" and ({learnt_from('s')} and {in_slice}) is not true"
    ways = " union all ".join(WAY.format(way=way, counting=counting, split=SPLIT[used_as]) for way in WAYS)
    asked = {"dataset": dataset_id, "at": version, "after": after, "limit": limit}
    asked |= slice_parameters(without) if without else {}
    return sql.execute(PAGE.format(ended=ENDED, ways=ways), asked).fetchall()

"""From a model to every judgement it stands on: those that stood at the version its run learnt from."""

from typing import Final

from kenpin.read_models.database import Row, Sql

# Two ways to a row of that time: it stands still, or it ended since. Both by an index, in order of place.
PAGE: Final = """
with standing as (
    {still}
    union all
    {ended}
)
select * from standing order by ordinal limit %(limit)s"""
FIELDS: Final = """
select i.image_id, i.ordinal, i.name, i.split, i.verdict, i.annotation, i.annotated_by as by,
    i.annotated_at as at, i.annotated_in as version, i.review
from image i where i.dataset_id = %(dataset)s and i.ordinal > %(after)s and i.excluded is null
    and i.verdict in ('OK', 'NG') and i.review is distinct from 'returned' and i.valid_from <= %(at)s"""
SPLIT: Final = {
    None: "",
    "train": " and (i.split is null or i.split = 'train')",
    "validation": " and i.split = 'validation'",
    "test": " and i.split = 'test'",
}


def page(
    sql: Sql, dataset_id: str, version: int, used_as: str | None, *, after: int, limit: int
) -> list[Row]:
    """Judgements that a run at this version learnt from or was measured by, in order of place."""
    fields = FIELDS + SPLIT[used_as]
    still = f"(select * from ({fields} and i.valid_to is null order by i.ordinal limit %(limit)s) as s)"
    ended = f"(select * from ({fields} and i.valid_to > %(at)s order by i.ordinal limit %(limit)s) as e)"
    asked = {"dataset": dataset_id, "at": version, "after": after, "limit": limit}
    return sql.execute(PAGE.format(still=still, ended=ended), asked).fetchall()

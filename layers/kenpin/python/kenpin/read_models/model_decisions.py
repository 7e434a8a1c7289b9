"""From a model to every judgement it stands on: those that stood at the version its run learnt from."""

from typing import Final

from kenpin.read_models.database import Row, Sql

# Ways to a row of that time: it stands still with one verdict or the other, or it ended since. Each by an index of
# its own: no way reads more than a page, but for what has changed since.
ENDED: Final = """with ended as materialized (
    select * from image where dataset_id = %(dataset)s and valid_to > %(at)s
)"""
WAYS: Final = (
    "image i where i.dataset_id = %(dataset)s and i.verdict = 'OK' and i.valid_to is null",
    "image i where i.dataset_id = %(dataset)s and i.verdict = 'NG' and i.valid_to is null",
    "ended i where i.verdict in ('OK', 'NG')",
)
WAY: Final = """(
select i.image_id, i.ordinal, i.name, i.split, i.verdict, i.annotation, i.annotated_by as by,
    i.annotated_at as at, i.annotated_in as version, i.review
from {way} and i.ordinal > %(after)s and i.valid_from <= %(at)s and i.excluded is null
    and i.review is distinct from 'returned'{split}
order by i.ordinal limit %(limit)s)"""
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
    ways = " union all ".join(WAY.format(way=way, split=SPLIT[used_as]) for way in WAYS)
    asked = {"dataset": dataset_id, "at": version, "after": after, "limit": limit}
    return sql.execute(f"{ENDED} {ways} order by ordinal limit %(limit)s", asked).fetchall()

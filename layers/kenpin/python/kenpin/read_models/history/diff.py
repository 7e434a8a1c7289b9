"""Queries for the diff of two versions of a dataset, from the rows that ended in between.

An image that was there before has one past row that was valid at the earlier version and ended between the two. A
new image was registered between the two. An index finds both in the order of their first change, so a page costs its
own length and not the size of the dataset.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.groups import group_sql
from kenpin.projections.database import Row, Sql
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY, at

COUNTED: Final = 20_000
"""Images that a summary looks at; so many are counted in a fraction of a second."""


class Range(Struct, frozen=True):
    """A dataset after version `before`, up to version `after`."""

    dataset_id: str
    before: int
    after: int


# When as many came in as are asked for, nothing that changed after the last of them is looked at.
TOUCHED: Final = f"""
came as (
    select ordinal as first_change, ordinal, true as came_in from image
    where dataset_key = {KEY} and ordinal > greatest(%(before)s, %(place)s) and ordinal <= %(after)s
    order by ordinal limit %(most)s
), touched as (
    select * from came
    union all
    (select valid_to, ordinal, false from image_past
        where dataset_key = {KEY} and valid_to > %(before)s and valid_from <= %(before)s
            and (valid_to, ordinal) > (%(place)s, %(ordinal)s) and valid_to <= case
                when (select count(*) from came) = %(most)s then (select max(ordinal) from came) else %(after)s end
        order by valid_to, ordinal limit %(most)s)
    order by 1, 2 limit %(most)s
)"""

# Each image is looked up by itself: a join might read the whole dataset for a thousand of them.
SIDES: Final = f"""
from touched t
cross join lateral (
    select * from image where dataset_key = {KEY} and ordinal = t.ordinal limit 1) as i
left join lateral (select * from image_past where dataset_key = {KEY} and ordinal = t.ordinal
    and valid_to = t.first_change and valid_from <= %(before)s limit 1) as b on not t.came_in
cross join lateral ({at("%(after)s")}) as a"""

KINDS: Final = """array_remove(array[
    case when t.came_in then 'added' end,
    case when a.excluded is not null and b.excluded is null then 'excluded' end,
    case when a.excluded is null and b.excluded is not null then 'restored' end,
    case when a.verdict is not null and b.verdict is null then 'labelled'
        when a.verdict is null and b.verdict is not null then 'withdrawn'
        when a.verdict <> b.verdict or a.defect_classes is distinct from b.defect_classes then 'relabelled'
        when (a.annotation -> 'defects')::text is distinct from (b.annotation -> 'defects')::text then 'reshaped'
        when a.annotated_in <> b.annotated_in then 'confirmed' end,
    case when a.review is not null and a.review is distinct from b.review then 'reviewed' end,
    case when not t.came_in and a.split is distinct from b.split then 'split' end,
    case when not t.came_in and a.capture::text <> b.capture::text then 'capture' end,
    case when not t.came_in and a.group_name is distinct from b.group_name then 'group' end
], null)"""

MAY_LEAK: Final = f"""a.split is not null and a.excluded is null
    and {KINDS} && array['added', 'restored', 'split', 'capture', 'group']"""
GROUPING: Final = grouping_at("%(dataset)s", "%(after)s")

STANDING: Final = [
    "verdict",
    "split",
    "excluded",
    "annotation",
    "annotated_by",
    "annotated_at",
    "annotated_in",
    "review",
    "capture",
    "group_name",
]
COLUMNS: Final = ", ".join(f"{side}.{name} as {side}_{name}" for side in "ba" for name in STANDING)


def page(
    sql: Sql, between: Range, *, after: tuple[int, int] = (0, 0), limit: int, kind: str | None = None
) -> list[Row]:
    """Images in the order of their first change, those after (version, ordinal). One may have changed back:
    its kinds are empty.
    """
    return sql.execute(
        f"""with {TOUCHED}, differing as (
            select t.first_change, t.came_in, i.ordinal, i.image_id, i.name, i.width, i.height, {COLUMNS},
                a.valid_from as last_change, {KINDS} as kinds {SIDES}
        ) select * from differing where %(kind)s::text is null or %(kind)s = any (kinds)
        order by first_change, ordinal limit %(limit)s""",
        {**_asked(between, after), "most": limit if kind is None else None, "limit": limit, "kind": kind},
    ).fetchall()


def tally(sql: Sql, between: Range) -> list[Row]:
    """Of the first COUNTED images: how many have these kinds, went from this verdict to that, and may leak."""
    return sql.execute(
        f"""with {TOUCHED} select {KINDS} as kinds, coalesce(b.verdict, 'unlabelled') as before,
            coalesce(a.verdict, 'unlabelled') as after, count(*) as images,
            count(*) filter (where {MAY_LEAK}) as may_leak {SIDES} group by 1, 2, 3""",
        {**_asked(between), "most": COUNTED},
    ).fetchall()


def _asked(between: Range, after: tuple[int, int] = (0, 0)) -> dict[str, object]:
    place = dict(zip(("place", "ordinal"), after, strict=True))
    return {"dataset": between.dataset_id, "before": between.before, "after": between.after, **place}


STEPS: Final = f"""
select ordinal, valid_from, split, excluded, review, annotated_in, md5(capture::text) as capture, group_name from (
    select ordinal, valid_from, null::bigint as valid_to, split, excluded, review, annotated_in, capture, group_name
    from image
    where dataset_key = {KEY} and ordinal = any (%(ordinals)s)
    union all
    select ordinal, valid_from, valid_to, split, excluded, review, annotated_in, capture, group_name from image_past
    where dataset_key = {KEY} and ordinal = any (%(ordinals)s)
) as step
where valid_from <= %(after)s and (valid_to is null or valid_to > %(before)s) order by ordinal, valid_from"""


def steps(sql: Sql, between: Range, ordinals: Sequence[int]) -> list[Row]:
    """Return the states of each image from the earlier version to the later, row by row."""
    return sql.execute(STEPS, {**_asked(between), "ordinals": list(ordinals)}).fetchall()


LEAKS: Final = f"""
with {TOUCHED}, moved as materialized (
    select {group_sql("a", GROUPING)} as "group", (array_agg(i.image_id order by i.ordinal))[:20] as image_ids
    {SIDES} where {MAY_LEAK} group by 1
)
select moved."group", moved.image_ids, count(*) filter (where s.split <> 'test') as train,
    count(*) filter (where s.split = 'test') as test
from image i cross join lateral ({at("%(after)s")}) as s join moved on moved."group" = {group_sql("s", GROUPING)}
where i.dataset_key = {KEY} and i.ordinal <= %(after)s and s.split is not null and s.excluded is null
group by 1, 2 having count(*) filter (where s.split <> 'test') > 0 and count(*) filter (where s.split = 'test') > 0
order by 1 limit %(limit)s"""


def leaks(sql: Sql, between: Range, limit: int = 50) -> list[Row]:
    """Groups with images both in test and in what is learnt from, as far as a change of an image concerns them."""
    return sql.execute(LEAKS, {**_asked(between), "most": COUNTED, "limit": limit}).fetchall()

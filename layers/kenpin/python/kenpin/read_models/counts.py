"""How many images stood where at any version: changes of the counts, kept by windows of versions.

A total of then is the sum of the windows before it, and of what the few rows say that changed in its own window.
So it costs neither the dataset's size nor a row for each of its versions.
"""

from typing import Final

from kenpin.read_models.gallery_table import at

WINDOW: Final = 1_000
"""Versions. More of them make longer tails to read, fewer more windows to add up."""

TABLE: Final = """
create table if not exists image_count_change (
    dataset_id text not null,
    upto       bigint not null,
    split      text not null,
    verdict    text not null,
    excluded   boolean not null,
    class_id   text not null,
    images     bigint not null,
    primary key (dataset_id, upto, split, verdict, excluded, class_id)
);
"""
# class_id is '' where images are counted, and a defect class where those are that show it.

CELL: Final = """coalesce({0}.split, 'unassigned') as split, coalesce({0}.verdict, 'unlabelled') as verdict,
        {0}.excluded is not null as excluded, {0}.defect_classes"""

ADD: Final = """
insert into image_count_change values (%s, %s, %s, %s, %s, %s, %s)
on conflict (dataset_id, upto, split, verdict, excluded, class_id)
do update set images = image_count_change.images + excluded.images"""


def window_of(version: int) -> int:
    """The last version of the window that it is in."""
    return -(-version // WINDOW) * WINDOW


def then(dataset: str, version: str) -> str:
    """SQL for the counts of a dataset at a version: split, verdict, excluded, class_id, images."""
    floor = f"({version} / {WINDOW} * {WINDOW})"
    ended = f"b.dataset_id = {dataset} and b.valid_to > {floor} and b.valid_to <= {version} and b.valid_from <= {floor}"
    return f"""
select split, verdict, excluded, class_id, sum(images)::bigint as images from (
    select split, verdict, excluded, class_id, images from image_count_change
    where dataset_id = {dataset} and upto <= {version}
    union all
    select split, verdict, excluded, class_id, sign from (
        select {CELL.format("b")}, -1 as sign from image_past b where {ended}
        union all
        select {CELL.format("s")}, 1 from image_past b join image i using (dataset_id, ordinal)
            cross join lateral ({at(version)}) as s where {ended}
        union all
        select {CELL.format("s")}, 1 from image i cross join lateral ({at(version)}) as s
        where i.dataset_id = {dataset} and i.ordinal > {floor} and i.ordinal <= {version}
    ) as changed cross join lateral (
        select '' as class_id union all select jsonb_array_elements_text(defect_classes)
    ) as classes
) as part group by split, verdict, excluded, class_id having sum(images) <> 0"""

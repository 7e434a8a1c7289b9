"""Queries about erased images and erasures still to carry out."""

from collections.abc import Collection, Sequence
from typing import Final

from kenpin.domain.ids import ImageId
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import key_of


def pending(sql: Sql, limit: int) -> list[Row]:
    """Dataset and image of erasures that were not carried out, oldest first."""
    return sql.execute(
        """select dataset_id, image_id from erasure left join erasure_done done using (dataset_id, image_id)
        where done.image_id is null order by erased_at, dataset_id, image_id limit %s""",
        (limit,),
    ).fetchall()


def done(sql: Sql, dataset_id: str, image_id: ImageId) -> None:
    sql.execute("insert into erasure_done values (%s, %s) on conflict do nothing", (dataset_id, image_id))


def held(sql: Sql, digests: Sequence[str]) -> set[str]:
    """Return the digests that are an image of some dataset and not erased there.

    An index look-up for each dataset, for images are found by dataset first.
    """
    rows = sql.execute(
        f"""select distinct live.image_id from unnest(%s::text[]) as asked (id) cross join dataset d
        cross join lateral (
            select i.image_id from image i where i.dataset_key = {key_of("d.dataset_id")} and i.image_id = asked.id
                and not exists (select from erasure e
                    where e.dataset_id = d.dataset_id and e.image_id = i.image_id) limit 1
        ) as live""",
        (list(digests),),
    )
    return {row["image_id"] for row in rows}


MASKS: Final = """
select i.dataset_key, i.ordinal, defect ->> 'mask' as mask
from (select dataset_key, ordinal, annotation, defect_classes from image
    union all select dataset_key, ordinal, annotation, defect_classes from image_past) as i
cross join lateral json_array_elements(i.annotation -> 'defects') as defect
where i.defect_classes is not null and defect ->> 'mask' is not null"""
"""Of how images stand and stood."""


def masks_of(sql: Sql, dataset_id: str, image_id: ImageId) -> set[str]:
    """Digests of all masks that were ever drawn on the image."""
    query = f"""{MASKS} and i.dataset_key = {key_of("%s")} and i.ordinal = (
        select ordinal from image where dataset_key = {key_of("%s")} and image_id = %s)"""
    return {row["mask"] for row in sql.execute(query, (dataset_id, dataset_id, image_id))}


def masks_of_others(sql: Sql, masks: set[str]) -> set[str]:
    """Return those of the masks that another image, which is not erased, has too.

    Reads every row with defects, of all datasets: only an erasure of an image with masks pays for that.
    """
    if not masks:
        return set()
    query = f"""select distinct mask from ({MASKS}) as drawn join image i using (dataset_key, ordinal)
        where mask = any(%s) and not exists (
            select from erasure e where {key_of("e.dataset_id")} = i.dataset_key and e.image_id = i.image_id)"""
    return {row["mask"] for row in sql.execute(query, (list(masks),))}


def masks_of_project(sql: Sql, project_id: str, masks: set[str]) -> set[str]:
    """Return those of the masks that an image of the project has or had. Reads every row with defects."""
    if not masks:
        return set()
    query = f"""select distinct mask from ({MASKS}) as drawn
        join dataset d on {key_of("d.dataset_id")} = drawn.dataset_key
        where d.project_id = %s and mask = any(%s)"""
    return {row["mask"] for row in sql.execute(query, (project_id, list(masks)))}


def erased_of(sql: Sql, dataset_id: str, image_ids: Collection[ImageId]) -> dict[ImageId, str]:
    """Return the erased ones of the images, with the reason. Erasures are few and read whole."""
    rows = sql.execute("select image_id, reason from erasure where dataset_id = %s", (dataset_id,))
    asked = frozenset(image_ids)
    return {row["image_id"]: row["reason"] for row in rows if row["image_id"] in asked}

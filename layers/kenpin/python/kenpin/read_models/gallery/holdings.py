"""The bytes that belong to a project: images of its datasets, and masks that its people drew."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.ids import ImageId, ProjectId, Sha256
from kenpin.projections.database import Database, Sql
from kenpin.read_models.gallery.table import KEY, key_of

HELD: Final = f"""
select asked.id from unnest(%s::text[]) as asked (id) where exists (
    select from dataset d cross join lateral (
        select from image i where i.dataset_key = {key_of("d.dataset_id")} and i.image_id = asked.id limit 1
    ) as found where d.project_id = %s)"""
"""One by one, by index: a join might read a dataset of a million images for a few of them."""


def held(database: Database, project_id: ProjectId, digests: Sequence[ImageId]) -> set[ImageId]:
    """Return those of the digests that are images of the project."""
    with database.reading() as sql:
        return {row["id"] for row in sql.execute(HELD, (list(digests), project_id))}


def masks_of(sql: Sql, dataset_id: str, image_id: ImageId, masks: Sequence[Sha256]) -> set[Sha256]:
    """Return those of the masks that a judgement of this image, past or present, has."""
    rows = sql.execute(
        f"""select distinct defect ->> 'mask' as mask
        from image i cross join lateral (
            select i.annotation union all select p.annotation from image_past p
            where p.dataset_key = i.dataset_key and p.ordinal = i.ordinal
        ) as said cross join lateral jsonb_array_elements(said.annotation::jsonb -> 'defects') as defect
        where i.dataset_key = {KEY} and i.image_id = %(image)s and defect ->> 'mask' = any(%(masks)s)""",
        {"dataset": dataset_id, "image": image_id, "masks": list(masks)},
    )
    return {row["mask"] for row in rows}

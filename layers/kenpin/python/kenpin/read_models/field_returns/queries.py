"""Queries about field returns."""

from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import at, key_of

FIELDS: Final = f"""
select f.*, past.verdict as judged, past.annotated_by as judged_by, past.annotated_in as judged_in
from field_return f
    cross join lateral (
        select * from image where dataset_key = {key_of("f.dataset_id")} and image_id = f.image_id limit 1
    ) as i cross join lateral ({at("f.version")}) as past
where f.dataset_id = %(dataset)s and f.version <= %(as_of)s"""
"""Each with the judgement that stood when it was told."""
FOREVER: Final = 2**62


def page(sql: Sql, dataset_id: str, *, before: int | None, limit: int, as_of: int | None) -> list[Row]:
    """Newest first, those before version `before`."""
    upto = min(FOREVER if as_of is None else as_of, FOREVER if before is None else before - 1)
    asked = {"dataset": dataset_id, "as_of": upto, "limit": limit}
    return sql.execute(f"{FIELDS} order by f.version desc limit %(limit)s", asked).fetchall()


def of_image(sql: Sql, dataset_id: str, image_id: str, as_of: int | None) -> list[Row]:
    asked = {"dataset": dataset_id, "as_of": FOREVER if as_of is None else as_of, "image": image_id}
    return sql.execute(f"{FIELDS} and f.image_id = %(image)s order by f.version", asked).fetchall()


def one(sql: Sql, dataset_id: str, return_id: str) -> Row | None:
    asked = {"dataset": dataset_id, "as_of": FOREVER, "return": return_id}
    return sql.execute(f"{FIELDS} and f.return_id = %(return)s", asked).fetchone()

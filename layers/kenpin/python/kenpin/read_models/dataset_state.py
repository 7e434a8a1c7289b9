"""The part of a dataset that a decision is about, from rows: a million images are never folded to judge one."""

from typing import Final

import msgspec

from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.domain.dataset.state import Dataset, Image
from kenpin.domain.dataset.values import Candidate, Capture, ImageFile
from kenpin.domain.ids import ImageId
from kenpin.read_models.database import Database, Row, Sql

HEADER: Final = """
with reached as (
    select min(version) as version from checkpoint
    where stream = %(stream)s and projection in ('gallery', 'datasets', 'suggestions')
    having count(*) = 3
)
select r.version, d.project_id, d.name,
    (select suggestion_id from suggestion s where s.dataset_id = d.dataset_id and s.version <= r.version
        order by s.version desc limit 1) as suggestion_id,
    (select coalesce(jsonb_object_agg(t.name, t.tagged_version), '{}') from dataset_tag t
        where t.dataset_id = d.dataset_id and t.version <= r.version) as tags
from reached r join dataset d on d.dataset_id = %(dataset)s"""

IMAGES: Final = """
select i.image_id, i.ordinal, i.size, i.width, i.height, i.media_type, i.name, i.capture::text, i.split, i.excluded,
    i.annotation::text, i.review, k.image_id is not null as suggested, k.reason, k.score, k.control
from json_array_elements_text(%(images)s) as about (id) cross join lateral (
    select * from image where dataset_id = %(dataset)s and image_id = about.id and valid_from <= %(version)s
    order by valid_from desc limit 1
) as i
left join candidate k on k.dataset_id = i.dataset_id and k.image_id = i.image_id
    and k.suggestion_id = %(suggestion)s
    and k.valid_from <= %(version)s and (k.valid_to is null or k.valid_to > %(version)s)"""


def state_of(database: Database, dataset_id: str, about: tuple[ImageId, ...]) -> Dataset:
    """The dataset as the rows have it, holding the images in `about`; fold the stream after its version.

    The rows of three read models are read as of the version that all of them have reached.
    """
    with database.reading() as sql:
        header = sql.execute(HEADER, {"stream": f"dataset-{dataset_id}", "dataset": dataset_id}).fetchone()
        if header is None:
            return Dataset()
        rows = _rows(sql, dataset_id, header, about)
    return Dataset(
        version=header["version"],
        project_id=header["project_id"],
        name=header["name"],
        suggestion_id=header["suggestion_id"],
        tags=header["tags"],
        images={row["image_id"]: _image(row) for row in rows},
        candidates={row["image_id"]: _candidate(row) for row in rows if row["suggested"]},
    )


def _rows(sql: Sql, dataset_id: str, header: Row, about: tuple[ImageId, ...]) -> list[Row]:
    if not about:
        return []
    images = msgspec.json.encode(about).decode()
    place = {"version": header["version"], "suggestion": header["suggestion_id"] or "", "dataset": dataset_id}
    return sql.execute(IMAGES, {**place, "images": images}).fetchall()


def _image(row: Row) -> Image:
    annotation = row["annotation"]
    return Image(
        ordinal=row["ordinal"],
        file=ImageFile(row["size"], row["width"], row["height"], row["media_type"], row["name"]),
        capture=msgspec.json.decode(row["capture"], type=Capture),
        split=row["split"],
        excluded=row["excluded"],
        annotation=msgspec.json.decode(annotation, type=AnnotationSubmitted) if annotation else None,
        review=row["review"],
    )


def _candidate(row: Row) -> Candidate:
    return Candidate(row["image_id"], row["reason"], row["score"], row["control"])

"""Datasets: their names, how many images stand where, and the versions that people named."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.dataset.events import (
    ChangeReverted,
    DatasetCreated,
    FieldReturnReported,
    VersionTagged,
)
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.read_models import batches, field_returns, reversals
from kenpin.read_models.database import Row, Sql
from kenpin.read_models.projection import ReadModel

DATASETS: Final = """
create table if not exists dataset (
    dataset_id text primary key,
    project_id text not null,
    name       text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create table if not exists dataset_tag (
    dataset_id     text not null,
    name           text not null,
    version        bigint not null,
    tagged_version bigint not null,
    note           text not null,
    tagged_at      timestamptz not null,
    tagged_by      text not null,
    primary key (dataset_id, name)
);
"""
TABLE: Final = DATASETS + batches.TABLE + reversals.TABLE + field_returns.TABLE


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        match recorded.event:
            case DatasetCreated() as event:
                sql.execute(
                    "insert into dataset values (%s, %s, %s, %s, %s)",
                    (
                        id_of(recorded.stream),
                        event.project_id,
                        event.name,
                        recorded.recorded_at,
                        recorded.recorded_at,
                    ),
                )
            case VersionTagged() as event:
                _tag(sql, recorded, event)
            case ChangeReverted() as event:
                reversals.add(sql, recorded, event)
            case FieldReturnReported() as event:
                field_returns.add(sql, recorded, event)
    batches.add(sql, batch)
    last = batch[-1]
    sql.execute(
        "update dataset set updated_at = %s where dataset_id = %s", (last.recorded_at, id_of(last.stream))
    )


def _tag(sql: Sql, recorded: Recorded, event: VersionTagged) -> None:
    sql.execute(
        "insert into dataset_tag values (%s, %s, %s, %s, %s, %s, %s)",
        (
            id_of(recorded.stream),
            event.name,
            recorded.version,
            event.tagged_version,
            event.note,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )


FIELDS: Final = """
select d.dataset_id, d.project_id, d.name, d.created_at, d.updated_at,
    coalesce(c.version, 0) as version, coalesce(c.hash, '') as hash,
    (select coalesce(jsonb_agg(jsonb_build_object(
        'split', split, 'verdict', verdict, 'excluded', excluded, 'images', images)), '[]')
        from image_count i where i.dataset_id = d.dataset_id and images > 0) as cells,
    (select coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'version', tagged_version, 'note', note,
        'at', tagged_at, 'by', tagged_by) order by t.version), '[]')
        from dataset_tag t where t.dataset_id = d.dataset_id) as tags,
    (select count(*) from candidate k where k.dataset_id = d.dataset_id and k.valid_to is null) as suggested
from dataset d left join checkpoint c on c.projection = 'gallery' and c.stream = 'dataset-' || d.dataset_id
"""


def one(sql: Sql, dataset_id: str) -> Row | None:
    return sql.execute(f"{FIELDS} where d.dataset_id = %s", (dataset_id,)).fetchone()


def page(sql: Sql, project_id: str | None, after: str, limit: int) -> list[Row]:
    """Datasets by id, those after `after`; of one project or of all."""
    return sql.execute(
        f"{FIELDS} where (%s::text is null or d.project_id = %s) and d.dataset_id > %s order by d.dataset_id limit %s",
        (project_id, project_id, after, limit),
    ).fetchall()


def project_of(sql: Sql, dataset_id: str) -> str | None:
    row = sql.execute("select project_id from dataset where dataset_id = %s", (dataset_id,)).fetchone()
    return row["project_id"] if row else None


def training_counts(sql: Sql, dataset_id: str) -> dict[str, int]:
    """How many images there are to learn from, by verdict: not excluded, not in a split of its own."""
    rows = sql.execute(
        """select verdict, sum(images)::int as images from image_count
        where dataset_id = %s and not excluded and split in ('train', 'unassigned') group by verdict""",
        (dataset_id,),
    )
    return {row["verdict"]: row["images"] for row in rows}


datasets = ReadModel("datasets", "dataset", TABLE, project)

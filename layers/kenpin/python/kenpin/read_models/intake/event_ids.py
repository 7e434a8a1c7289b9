"""Notes of event ids: the image and the data of the first event that each (source, id) of a project named.

No rebuild brings them back, and nothing deletes them: docs/decisions/0034-event-ids-are-notes.md.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.ids import DatasetId, ImageId, ProjectId
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

INTAKE_EVENT: Final = DeclaredTable(
    "intake_event",
    """
    project_id text not null,
    source     text not null,
    event_id   text not null,
    dataset_id text not null,
    image_id   text not null,
    data       jsonb not null,
    first_at   timestamptz not null,
    primary key (project_id, source, event_id)""",
    after="""
create index if not exists intake_event_by_image on intake_event (dataset_id, image_id);
alter table intake_event add column if not exists dismissed text not null default '';""",
)
"""`dismissed`: the reason why the event was rejected, once a person has dismissed it."""
MOST: Final = 100


class EventId(Struct, frozen=True):
    """An id that a source gave to an event, and the event's data."""

    source: str
    event_id: str
    image_id: ImageId
    data: object


def keep_first(
    sql: Sql, project_id: ProjectId, dataset_id: DatasetId, events: Sequence[EventId]
) -> list[Row]:
    """Keep the ids that are new; return the data of the first event of each id: source, event_id, data.

    A request that keeps the same id at the same time waits for the other's transaction. Ids are taken in one
    order, so that no two wait for each other.
    """
    values = {
        "project": project_id,
        "dataset": dataset_id,
        "sources": [each.source for each in events],
        "ids": [each.event_id for each in events],
        "images": [each.image_id for each in events],
        "data": [msgspec.json.encode(each.data).decode() for each in events],
    }
    sql.execute(
        """insert into intake_event (project_id, source, event_id, dataset_id, image_id, data, first_at)
        select %(project)s, source, event_id, %(dataset)s, image_id, data::jsonb, now()
        from unnest(%(sources)s::text[], %(ids)s::text[], %(images)s::text[], %(data)s::text[])
            with ordinality as given (source, event_id, image_id, data, place)
        order by source, event_id, place on conflict do nothing""",
        values,
    )
    return sql.execute(
        """select source, event_id, data from intake_event where project_id = %(project)s
        and (source, event_id) in (select * from unnest(%(sources)s::text[], %(ids)s::text[]))""",
        values,
    ).fetchall()


def first_event(sql: Sql, projects: Sequence[ProjectId] | None, source: str, event_id: str) -> Row | None:
    """Return the first event with this id: project_id, dataset_id, image_id, data, first_at, dismissed.

    `projects` (None: all): of several of them that have the id, the one in which it arrived last.
    """
    return sql.execute(
        """select e.* from project join intake_event e using (project_id)
        where (%(projects)s::text[] is null or project_id = any(%(projects)s))
        and e.source = %(source)s and e.event_id = %(id)s order by e.first_at desc, project_id limit 1""",
        {"projects": projects, "source": source, "id": event_id},
    ).fetchone()


def note_dismissal(sql: Sql, dataset_id: str | None, source: str, event_id: str, reason: str) -> None:
    """Note that the first event with this id was rejected, and dismissed."""
    sql.execute(
        "update intake_event set dismissed = %s where (dataset_id, source, event_id) = (%s, %s, %s)",
        (reason, dataset_id, source, event_id),
    )


def arrived_as(sql: Sql, dataset_id: DatasetId, image_id: ImageId) -> list[Row]:
    """Return the first hundred ids under which the image arrived, the oldest first."""
    return sql.execute(
        """select source, event_id, first_at from intake_event where (dataset_id, image_id) = (%s, %s)
        order by first_at, source, event_id limit %s""",
        (dataset_id, image_id, MOST),
    ).fetchall()


def first_of_images(sql: Sql, dataset_id: DatasetId, image_ids: Sequence[ImageId]) -> dict[ImageId, Row]:
    """Return `source` and `id` of the first event of each image; an image that no event brought is left out."""
    rows = sql.execute(
        """select distinct on (image_id) image_id, source, event_id from intake_event
        where dataset_id = %s and image_id = any(%s) order by image_id, first_at, source, event_id""",
        (dataset_id, list(image_ids)),
    ).fetchall()
    return {row["image_id"]: {"source": row["source"], "id": row["event_id"]} for row in rows}

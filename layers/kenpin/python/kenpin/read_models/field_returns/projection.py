"""Projection of field returns."""

from typing import Final

from kenpin.domain.dataset.events import FieldReturnReported
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

FIELD_RETURN: Final = DeclaredTable(
    "field_return",
    """
    dataset_id  text not null,
    version     bigint not null,
    return_id   text not null,
    image_id    text not null,
    verdict     text not null,
    found_at    text not null,
    found_by    text not null,
    class_id    text,
    note        text not null,
    reference   text not null,
    reported_at timestamptz not null,
    reported_by text not null,
    primary key (dataset_id, version),
    unique (dataset_id, return_id, image_id)""",
    owner="dataset_id",
    after="""
create index if not exists field_return_of on field_return (dataset_id, image_id);""",
)


def add(sql: Sql, recorded: Recorded, event: FieldReturnReported) -> None:
    """One that is told twice was told once."""
    sql.execute(
        """insert into field_return values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing""",
        (
            id_of(recorded.stream),
            recorded.version,
            event.return_id,
            event.image_id,
            event.verdict,
            event.found_at,
            event.found_by,
            event.class_id,
            event.note,
            event.reference,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )

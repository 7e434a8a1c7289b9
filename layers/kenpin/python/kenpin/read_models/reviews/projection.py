"""Projection of reviews: what each review said of its annotation. A review never changes."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.dataset.events import AnnotationReviewed
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable

# What stands now is in the gallery's rows, whatever undo or a new judgement made of it; here is what was said.
# The lists are read by partial indexes of the gallery, which hold only what somebody has to look at.
REVIEW: Final = DeclaredTable(
    "review",
    """
    dataset_id  text not null,
    image_id    text not null,
    version     bigint not null,
    outcome     text not null,
    reason      text not null,
    confused    text[] not null,
    reviewed_by text not null,
    reviewed_at timestamptz not null,
    primary key (dataset_id, image_id, version)""",
    owner="dataset_id",
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    said = [
        row(recorded, event) for recorded in batch if isinstance(event := recorded.event, AnnotationReviewed)
    ]
    if said:
        sql.executemany("insert into review values (%s, %s, %s, %s, %s, %s, %s, %s)", said)


def row(recorded: Recorded, event: AnnotationReviewed) -> tuple[object, ...]:
    place = (id_of(recorded.stream), event.image_id, recorded.version)
    said = (event.outcome, event.reason, list(event.confused))
    return (*place, *said, recorded.context.actor, recorded.recorded_at)


reviews = ReadModel("reviews", "dataset", (REVIEW,), by_event(project))

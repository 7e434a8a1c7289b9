"""Projection of erasures: the bytes to delete, their other users, and those that are deleted.

The read model `datasets` writes the first table. The second is a note of what was carried out, so that it is not
done again. If the note is lost, the erasures are carried out again and find nothing to delete.
"""

from typing import Final

from kenpin.domain.dataset.events import ImageErased
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

ERASURE: Final = DeclaredTable(
    "erasure",
    """
    dataset_id text not null,
    image_id   text not null,
    version    bigint not null,
    reason     text not null,
    erased_at  timestamptz not null,
    erased_by  text not null,
    primary key (dataset_id, image_id)""",
    owner="dataset_id",
)

ERASURE_DONE: Final = DeclaredTable(
    "erasure_done",
    """
    dataset_id text not null,
    image_id   text not null,
    done_at    timestamptz not null default now(),
    primary key (dataset_id, image_id)""",
)


def note(sql: Sql, recorded: Recorded, event: ImageErased) -> None:
    sql.execute(
        "insert into erasure values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            id_of(recorded.stream),
            event.image_id,
            recorded.version,
            event.reason,
            recorded.recorded_at,
            recorded.context.actor,
        ),
    )

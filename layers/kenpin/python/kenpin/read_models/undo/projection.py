"""Projection of undos: one row each."""

from typing import Final

from kenpin.domain.dataset.events import ChangeReverted
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

REVERSAL: Final = DeclaredTable(
    "reversal",
    """
    dataset_id   text not null,
    version      bigint not null,
    batch_id     text,
    from_version bigint not null,
    to_version   bigint not null,
    of_batch     text,
    restores     bigint,
    reason       text not null,
    images       int not null,
    reverted_at  timestamptz not null,
    reverted_by  text not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
    after="""
create index if not exists reversal_of on reversal (dataset_id, from_version);""",
)


def add(sql: Sql, recorded: Recorded, event: ChangeReverted) -> None:
    of, context = event.reverts, recorded.context
    sql.execute(
        "insert into reversal values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            id_of(recorded.stream),
            recorded.version,
            context.batch_id,
            of.from_version,
            of.to_version,
            of.batch_id,
            event.restores,
            event.reason,
            len(event.images),
            recorded.recorded_at,
            context.actor,
        ),
    )

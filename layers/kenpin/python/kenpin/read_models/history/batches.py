"""Batches: which commits of a dataset belong to one action that was too large for one commit."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import Table

BATCH_COMMIT: Final = Table(
    "batch_commit",
    """
    dataset_id text not null,
    batch_id   text not null,
    first      bigint not null,
    last       bigint not null,
    primary key (dataset_id, batch_id, first)""",
    owner="dataset_id",
)


def add(sql: Sql, batch: Sequence[Recorded]) -> None:
    """One row per commit that has a batch id."""
    firsts: dict[int, Recorded] = {}
    for recorded in batch:
        if recorded.context.batch_id:
            firsts.setdefault(recorded.revision, recorded)
    sql.executemany(
        "insert into batch_commit values (%s, %s, %s, %s)",
        [(id_of(r.stream), r.context.batch_id, r.version, last) for last, r in firsts.items()],
    )


def commits_of(sql: Sql, dataset_id: str, batch_id: str) -> list[tuple[int, int]]:
    """The versions of the batch: first and last of each commit, in order."""
    rows = sql.execute(
        "select first, last from batch_commit where dataset_id = %s and batch_id = %s order by first",
        (dataset_id, batch_id),
    )
    return [(row["first"], row["last"]) for row in rows]

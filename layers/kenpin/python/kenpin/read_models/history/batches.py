"""Batches: the commits of a dataset that belong to one action which was too large for one commit."""

from kenpin.projections.database import Sql


def commits_of(sql: Sql, dataset_id: str, batch_id: str) -> list[tuple[int, int]]:
    """Return the versions of the batch: first and last of each commit, in order."""
    rows = sql.execute(
        "select first, last from change where stream = %s and batch_id = %s order by first",
        (f"dataset-{dataset_id}", batch_id),
    )
    return [(row["first"], row["last"]) for row in rows]

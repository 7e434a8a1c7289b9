"""Rows of the field that a dataset's images are grouped by, one for each time it was set."""

from typing import Final

from kenpin.domain.dataset.events import GroupingSet
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

DATASET_GROUPING: Final = DeclaredTable(
    "dataset_grouping",
    """
    dataset_id text not null,
    version    bigint not null,
    field      text not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
)


def add(sql: Sql, recorded: Recorded, event: GroupingSet) -> None:
    sql.execute(
        "insert into dataset_grouping values (%s, %s, %s)",
        (id_of(recorded.stream), recorded.version, event.field),
    )


def grouping_at(dataset: str, version: str | None) -> str:
    """Return SQL for the grouping field of a dataset at a version, or now; null when nobody has set it."""
    upto = "" if version is None else f" and g.version <= {version}"
    return f"""(select g.field from dataset_grouping g where g.dataset_id = {dataset}{upto}
        order by g.version desc limit 1)"""

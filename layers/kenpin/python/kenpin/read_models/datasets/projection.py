"""Projection of datasets: names, counts, tags, windows of deep grey, regions of interest and scales."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.dataset.events import (
    ChangeReverted,
    DatasetCreated,
    FieldReturnReported,
    GroupingSet,
    ImageErased,
    RegionOfInterestSet,
    ScaleRemoved,
    ScaleSet,
    VersionTagged,
    WindowRemoved,
    WindowSet,
)
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.datasets import grouping, regions, scales, windows
from kenpin.read_models.erasures import projection as erasures
from kenpin.read_models.field_returns import projection as field_returns
from kenpin.read_models.undo import projection as undo

DATASET: Final = DeclaredTable(
    "dataset",
    """
    dataset_id text primary key,
    project_id text not null,
    name       text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null""",
    owner="dataset_id",
)
DATASET_TAG: Final = DeclaredTable(
    "dataset_tag",
    """
    dataset_id     text not null,
    name           text not null,
    version        bigint not null,
    tagged_version bigint not null,
    note           text not null,
    tagged_at      timestamptz not null,
    tagged_by      text not null,
    primary key (dataset_id, name)""",
    owner="dataset_id",
)
TABLES: Final = (
    DATASET,
    DATASET_TAG,
    grouping.DATASET_GROUPING,
    windows.DATASET_WINDOW,
    regions.DATASET_REGION,
    scales.DATASET_SCALE,
    undo.REVERSAL,
    field_returns.FIELD_RETURN,
    erasures.ERASURE,
)


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
            case GroupingSet() as event:
                grouping.add(sql, recorded, event)
            case WindowSet() | WindowRemoved() as event:
                windows.add(sql, recorded, event)
            case RegionOfInterestSet() as event:
                regions.add(sql, recorded, event)
            case ScaleSet() | ScaleRemoved() as event:
                scales.add(sql, recorded, event)
            case ImageErased() as event:
                erasures.note(sql, recorded, event)
            case ChangeReverted() as event:
                undo.add(sql, recorded, event)
            case FieldReturnReported() as event:
                field_returns.add(sql, recorded, event)
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


datasets = ReadModel("datasets", "dataset", TABLES, by_event(project))

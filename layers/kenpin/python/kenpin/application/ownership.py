"""Ownership: the project of a dataset, run or model, also while rows are late."""

from typing import Final

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.ids import DatasetId, ProjectId
from kenpin.ports import EventStore
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import queries as datasets

OWNED: Final = ("project", "dataset", "run", "model")
"""Kinds whose first event names their project."""


def project_of(platform: PlatformParts, dataset_id: DatasetId) -> ProjectId:
    """Return the project of a dataset, whose rows may be late. Raises NoSuchDataset."""
    with platform.database.reading() as sql:
        found = datasets.project_of(sql, dataset_id)
    found = found or project_in_history(platform.events, "dataset", dataset_id)
    if found is None:
        raise NoSuchDataset
    return found


def project_in_rows(sql: Sql, dataset_id: DatasetId) -> ProjectId:
    """Return the project of a dataset that has rows. Raises NoSuchDataset."""
    if (found := datasets.project_of(sql, dataset_id)) is None:
        raise NoSuchDataset
    return found


def project_in_history(events: EventStore, kind: str, id: str) -> ProjectId | None:
    """Return the project that the first event of a dataset, run or model names; rows may be late."""
    if kind not in OWNED:
        return None
    for commit in events.read(f"{kind}-{id}", upto=1):
        project_id: str | None = getattr(events_in(commit)[0], "project_id", None)
        return project_id
    return None

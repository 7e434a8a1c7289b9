"""Datasets: create one in an existing project, tag a version at the end of a commit."""

from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import CreateDataset, TagVersion
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import InsideCommit
from kenpin.domain.ids import DatasetId
from kenpin.domain.project.refusals import NoSuchProject
from kenpin.ports import Appended, EventStore
from kenpin.read_models.projects import queries as projects


def create_dataset(platform: PlatformParts, new: CreateDataset, request: RequestContext) -> Appended:
    """Create a dataset. Raises NoSuchProject: neither rows nor history know it."""
    with platform.database.reading() as sql:
        is_known = projects.one(sql, new.project_id) is not None
    if not is_known and not platform.events.head(f"project-{new.project_id}").version:
        raise NoSuchProject
    return platform.commands.execute_request(dataset, new.dataset_id, new, request)


def tag_version(
    platform: PlatformParts, dataset_id: DatasetId, tag: TagVersion, request: RequestContext
) -> Appended:
    """Name a version. Raises InsideCommit, and what a command raises."""
    if tag.version is not None:
        _check_end(platform.events, f"dataset-{dataset_id}", tag.version)
    return platform.commands.execute_request(dataset, dataset_id, tag, request)


def _check_end(events: EventStore, stream: str, version: int) -> None:
    """Raises InsideCommit: unless the stream ends there, the next commit must begin right after it."""
    follows = next(iter(events.read(stream, after=version, upto=version + 1)), None)
    if follows is None and events.head(stream).version > version:
        raise InsideCommit(version)

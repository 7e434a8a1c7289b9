"""Datasets: create one in an existing project, tag a version at the end of a commit."""

from contextlib import suppress

from kenpin.application.commit_end import commit_end
from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import CreateDataset, TagVersion
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchVersion
from kenpin.domain.ids import DatasetId
from kenpin.domain.project.refusals import NoSuchProject
from kenpin.ports import Appended
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
        with suppress(NoSuchVersion):  # the decider refuses it, after what comes first
            commit_end(platform.events, f"dataset-{dataset_id}", tag.version)
    return platform.commands.execute_request(dataset, dataset_id, tag, request)

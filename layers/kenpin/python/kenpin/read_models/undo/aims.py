"""What somebody means who wants something undone: a version, several, an event, a batch, or all since a version."""

import re
from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.refusals import NoSuchChange, NothingToUndo
from kenpin.domain.dataset.undoing import Aim, Versions, to_bring_back, to_undo
from kenpin.domain.dataset.values import Change
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.history import batches
from kenpin.read_models.undo import projection as reversals

EVENT: Final = re.compile(r"dataset-(?P<dataset>[a-z0-9-]+)@(?P<version>\d{1,18})")


class Meant(Struct, frozen=True):
    """One of: versions from .. to, a batch, an event (`dataset-<id>@<version>`)."""

    from_version: int | None = None
    to_version: int | None = None
    batch_id: str | None = None
    event_id: str | None = None


def undo_of(sql: Sql, dataset_id: str, head: int, meant: Meant, reason: str) -> Aim:
    """Raises NoSuchChange (not in this dataset's history), NothingToUndo (no image was changed)."""
    versions, what = _versions(sql, dataset_id, meant)
    first, last = versions[0][0], versions[-1][1]
    if not 1 <= first <= last <= head:
        raise NoSuchChange(f"{what} is not in the history of dataset {dataset_id}, which ends at {head}")
    if not reversals.count(sql, dataset_id, versions):
        raise NothingToUndo(what)
    undone = reversals.undone_in(sql, dataset_id, first, last)
    return to_undo(Change(first, last, meant.batch_id), versions, reason, undone)


def _versions(sql: Sql, dataset_id: str, meant: Meant) -> tuple[Versions, str]:
    if meant.batch_id is not None:
        commits = tuple(batches.commits_of(sql, dataset_id, meant.batch_id))
        if not commits:
            raise NoSuchChange(f"dataset {dataset_id} has no batch {meant.batch_id}")
        return commits, f"batch {meant.batch_id}"
    if meant.event_id is not None:
        named = EVENT.fullmatch(meant.event_id)
        if named is None or named["dataset"] != dataset_id:
            raise NoSuchChange(f"{meant.event_id} is no event of dataset {dataset_id}")
        return ((int(named["version"]), int(named["version"])),), f"event {meant.event_id}"
    first = meant.from_version or 0
    last = first if meant.to_version is None else meant.to_version
    return ((first, last),), f"version {first}" if first == last else f"versions {first} to {last}"


def return_to(sql: Sql, dataset_id: str, head: int, to: str) -> Aim:
    """All since a version or tag. Raises NoSuchChange, NothingToUndo."""
    version = _version(sql, dataset_id, to)
    if not 1 <= version <= head:
        raise NoSuchChange(
            f"version {version} is not in the history of dataset {dataset_id}, which ends at {head}"
        )
    aim = to_bring_back(version, head)
    if version == head or not reversals.count(sql, dataset_id, aim.versions):
        raise NothingToUndo(f"what came after version {version}")
    return aim


def _version(sql: Sql, dataset_id: str, to: str) -> int:
    if to.isdecimal() and len(to) < 19:
        return int(to)
    if (version := datasets.tagged(sql, dataset_id, to)) is None:
        raise NoSuchChange(f"dataset {dataset_id} has no tag {to}")
    return version

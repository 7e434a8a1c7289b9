"""Undo: find the changes that a request names, preview the effect image by image, and carry it out."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Final, Self

import msgspec
from msgspec import Struct
from pydantic import Field, model_validator

from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.command import Command, Slug
from kenpin.domain.commit import MAX_BYTES, MAX_ENTITIES
from kenpin.domain.dataset.commands import ImageUndo, RevertChange
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchChange, NothingToUndo, NotOwnJudgements
from kenpin.domain.dataset.undo import (
    ImageVersions,
    UndoOutcome,
    UndoTarget,
    Versions,
    return_target,
    undo_target,
)
from kenpin.domain.dataset.values import Change
from kenpin.domain.event import Context
from kenpin.projections.database import Database, Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.history import queries as history
from kenpin.read_models.undo import queries as rows

EVENT: Final = re.compile(r"dataset-(?P<dataset>[a-z0-9-]+)@(?P<version>\d{1,18})")
ROWS_NEEDED: Final = ("gallery", "datasets", "changes")
"""Read models that an undo is planned from."""
PAGE: Final = 5 * MAX_ENTITIES
"""Images planned between two checks of the time limit."""
TURNS_BYTES: Final = MAX_BYTES * 3 // 4
"""Bytes of a commit for its images; the rest is for the other fields."""
Version = Annotated[int, Field(ge=1, lt=2**63)]


class UndoRequest(Command):
    """One thing to undo: versions, a batch, an event, or all that came after a version or tag."""

    from_version: Version | None = None
    to_version: Version | None = None
    """None: `from_version` alone"""
    batch_id: Slug | None = None
    event_id: Annotated[str, Field(max_length=100)] | None = None
    """`dataset-<id>@<version>`"""
    return_to: Annotated[str, Field(min_length=1, max_length=63)] | None = None
    """A version or a tag: all that came after it is undone"""

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        things = (self.from_version, self.batch_id, self.event_id, self.return_to)
        if sum(thing is not None for thing in things) != 1:
            raise ValueError(
                "name one thing to undo: from_version (and to_version), batch_id, event_id or return_to"
            )
        return self


class ImageUndoPlan(Struct, frozen=True):
    """One image that the change touched, and what the undo does to it."""

    past: ImageVersions
    undo: UndoOutcome


class UndoPlan(Struct, frozen=True):
    """One page of what an undo would do, as of version `head`."""

    target: UndoTarget
    head: int
    touched: int
    """Images that the change touched, on all pages"""
    images: list[ImageUndoPlan]
    after: int | None
    """The place where the next page begins; None when there is none"""


class UndoProgress(Struct, frozen=True):
    """The part of an undo that one call carried out."""

    version: int
    """The dataset's version after the last commit; the one before it while nothing was put back"""
    images: int
    kept: int
    """Images that keep a value, because it was decided again since"""
    after: int | None
    """The place to go on from; None when the undo is done"""


def plan_undo(
    platform: PlatformParts, dataset_id: str, request: UndoRequest, *, after: int, limit: int
) -> UndoPlan:
    """Plan the undo for the images after this place. Raises NoSuchChange, NothingToUndo, Unavailable."""
    with fresh_rows(platform, dataset_id, *ROWS_NEEDED) as (sql, head):
        target = find_target(sql, dataset_id, head, request, reason="")
        pasts = rows.touched(sql, dataset_id, target.versions, after=after, limit=limit + 1)
        touched = rows.count(sql, dataset_id, target.versions)
    images = [ImageUndoPlan(past, target.plan(past)) for past in pasts[:limit]]
    more = images[-1].past.ordinal if len(pasts) > limit else None
    return UndoPlan(target, head, touched, images, more)


def carry_out_undo(
    platform: PlatformParts,
    dataset_id: str,
    request: UndoRequest,
    reason: str,
    *,
    after: int,
    by: Context,
    seconds: float,
    own_alone: bool,
) -> UndoProgress:
    """Undo the images after the place `after`, for at most `seconds`.

    A call with the returned `after` continues; a call from the start finds the rest. `own_alone`: only judgements
    of the person who asks. Raises NoSuchChange, NothingToUndo, NotOwnJudgements, Unavailable, and what a command
    raises.
    """
    with fresh_rows(platform, dataset_id, *ROWS_NEEDED) as (sql, version):
        target = find_target(sql, dataset_id, version, request, reason)
        if own_alone and not history.are_judgements_of(sql, dataset_id, target.versions, by.actor):
            raise NotOwnJudgements
    images, kept, end = 0, 0, time.monotonic() + seconds
    while pasts := _touched(platform.database, dataset_id, target.versions, after):
        plans = [target.plan(past) for past in pasts]
        kept += sum(1 for plan in plans if plan.kept)
        for image_undos in chunks([plan.image_undo for plan in plans if plan.image_undo is not None]):
            command = RevertChange(
                reverts=target.reverts, image_undos=image_undos, reason=reason, restores=target.restores
            )
            version = platform.commands.execute(dataset, dataset_id, command, by=by).version
            images += len(image_undos)
        after = pasts[-1].ordinal
        if time.monotonic() > end:
            return UndoProgress(version, images, kept, after)
    return UndoProgress(version, images, kept, None)


def _touched(database: Database, dataset_id: str, versions: Versions, after: int) -> list[ImageVersions]:
    with database.reading() as sql:
        return rows.touched(sql, dataset_id, versions, after=after, limit=PAGE)


def find_target(sql: Sql, dataset_id: str, head: int, request: UndoRequest, reason: str) -> UndoTarget:
    """Find what the request wants undone. Raises NoSuchChange (not in this history), NothingToUndo (no image)."""
    if request.return_to is not None:
        return _all_since(sql, dataset_id, head, request.return_to)
    versions, name = _versions(sql, dataset_id, request)
    first, last = versions[0][0], versions[-1][1]
    if not 1 <= first <= last <= head:
        raise NoSuchChange(f"{name} is not in the history of dataset {dataset_id}, which ends at {head}")
    if not rows.count(sql, dataset_id, versions):
        raise NothingToUndo(name)
    undone = rows.undone_in(sql, dataset_id, first, last)
    return undo_target(Change(first, last, request.batch_id), versions, reason, undone)


def _versions(sql: Sql, dataset_id: str, request: UndoRequest) -> tuple[Versions, str]:
    if request.batch_id is not None:
        commits = tuple(history.commits_of(sql, dataset_id, request.batch_id))
        if not commits:
            raise NoSuchChange(f"dataset {dataset_id} has no batch {request.batch_id}")
        return commits, f"batch {request.batch_id}"
    if request.event_id is not None:
        named = EVENT.fullmatch(request.event_id)
        if named is None or named["dataset"] != dataset_id:
            raise NoSuchChange(f"{request.event_id} is no event of dataset {dataset_id}")
        version = int(named["version"])
        return ((version, version),), f"event {request.event_id}"
    first = request.from_version or 0
    last = first if request.to_version is None else request.to_version
    return ((first, last),), f"version {first}" if first == last else f"versions {first} to {last}"


def _all_since(sql: Sql, dataset_id: str, head: int, to: str) -> UndoTarget:
    version = _version(sql, dataset_id, to)
    if not 1 <= version <= head:
        raise NoSuchChange(
            f"version {version} is not in the history of dataset {dataset_id}, which ends at {head}"
        )
    target = return_target(version, head)
    if version == head or not rows.count(sql, dataset_id, target.versions):
        raise NothingToUndo(f"what came after version {version}")
    return target


def _version(sql: Sql, dataset_id: str, to: str) -> int:
    if to.isdecimal() and len(to) < 19:
        return int(to)
    if (version := datasets.tagged(sql, dataset_id, to)) is None:
        raise NoSuchChange(f"dataset {dataset_id} has no tag {to}")
    return version


def chunks(image_undos: Sequence[ImageUndo]) -> Iterator[tuple[ImageUndo, ...]]:
    """Split into chunks that fit into one commit, by images and by bytes."""
    taken: list[ImageUndo] = []
    size = 0
    for image_undo in image_undos:
        weight = len(msgspec.json.encode(image_undo.becomes)) + 40
        if taken and (len(taken) == MAX_ENTITIES or size + weight > TURNS_BYTES):
            yield tuple(taken)
            taken, size = [], 0
        taken.append(image_undo)
        size += weight
    if taken:
        yield tuple(taken)

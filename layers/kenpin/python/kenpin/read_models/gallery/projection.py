"""The gallery: every image of a dataset at every version, as rows with a span of validity."""

from collections import defaultdict
from contextlib import nullcontext
from datetime import datetime
from typing import Final

from msgspec import UNSET, Struct
from msgspec.structs import astuple
from psycopg.errors import UniqueViolation

from kenpin.domain.catalogue import events_in, meta_of
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    CandidateDismissed,
    CaptureCorrected,
    ChangeReverted,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    Judged,
    PutBack,
    SplitAssigned,
    images_of,
)
from kenpin.domain.event import Event
from kenpin.domain.ids import ImageId, id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import FOREVER, ReadModel
from kenpin.read_models.gallery import counts
from kenpin.read_models.gallery.counts import Cell, Tally
from kenpin.read_models.gallery.rows import (
    COLUMNS,
    Row,
    as_json,
    as_sent,
    number_of,
    numbered,
    rows_of,
    taken,
)
from kenpin.read_models.gallery.table import FILE, PAST, TABLES


class Told(Struct, frozen=True, gc=False):
    """What the events of a commit have in common."""

    at: int
    """As PostgreSQL sends it."""
    by: str
    revision: int


Said = Event | PutBack
"""What an event says of one image."""
Story = list[tuple[int, Said, Told]]
"""What happened to an image, each with its version."""


class _Changes:
    """How the images of a batch stood until then, and what that does to the counts."""

    def __init__(self, first: Commit, sql: Sql) -> None:
        dataset_id, begun = id_of(first.stream), meta_of(first).recorded_at
        is_new = first.first == 1
        self.dataset_key = numbered(dataset_id, begun, sql) if is_new else number_of(dataset_id, sql)
        self.past: list[tuple[object, ...]] = []
        self.tally = Tally(dataset_id, first.first)

    def succeed(self, row: Row, version: int) -> Row:
        """The image's row from `version` on, to be changed in place; how it stood until then is past."""
        if row.valid_from < version:
            self.tally.stood(_cell(row), row.valid_from, version)
            self.past.append((row.dataset_key, row.ordinal, version, *astuple(row)[len(FILE) :]))
            row.valid_from = version
        return row

    def set(self, row: Row, version: int, **columns: object) -> None:
        self.succeed(row, version)
        for name, value in columns.items():
            setattr(row, name, value)


class Gallery:
    """Image after image, each with all that happened to it."""

    def __init__(self) -> None:
        self._first: Commit | None = None
        self._stories: defaultdict[ImageId, Story] = defaultdict(list)

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        if self._first is None:
            self._first = commit
        meta, stories = meta_of(commit), self._stories
        told = Told(as_sent(meta.recorded_at), meta.actor, commit.last)
        for version, event in enumerate(events_in(commit), commit.first):
            if version > upto:
                return
            if isinstance(event, ChangeReverted):
                for back in event.images:
                    stories[back.standing.image_id].append((version, back, told))
            else:
                for image_id in images_of(event):
                    stories[image_id].append((version, event, told))

    def project(self, sql: Sql) -> None:
        """An image is registered once, so nobody looks whether a new one is there. It may be all the same, where two
        registered it at once: then everything is looked up, and the second time says nothing new.
        """
        if self._first is None:
            return
        changes = _Changes(self._first, sql)
        there = [id for id, story in self._stories.items() if not isinstance(story[0][1], ImageRegistered)]
        is_sure = len(there) == len(self._stories)
        try:
            with nullcontext() if is_sure else sql.connection.transaction():
                self._write(there, changes, sql)
        except UniqueViolation:
            self._write(list(self._stories), _Changes(self._first, sql), sql)

    def _write(self, there: list[ImageId], changes: _Changes, sql: Sql) -> None:
        if not self._stories:
            return
        live = taken(changes.dataset_key, there, sql) if there else {}
        with rows_of("image", COLUMNS, sql) as write:
            for image_id, story in self._stories.items():
                if (row := _told(live.get(image_id), story, changes)) is not None:
                    changes.tally.stood(_cell(row), row.valid_from)
                    write(astuple(row))
        if changes.past:
            with rows_of("image_past", PAST, sql) as write:
                for past in changes.past:
                    write(past)
        changes.tally.write(sql)


def _told(row: Row | None, story: Story, changes: _Changes) -> Row | None:
    """How the image stands after its story; None until it is registered."""
    for version, said, told in story:
        if isinstance(said, ImageRegistered):
            row = row or _registered(version, said, told, changes.dataset_key)
        elif row is None:
            pass  # it is not of this dataset
        elif isinstance(said, AnnotationSubmitted):
            _annotate(changes.succeed(row, version), version, said, told)
        else:
            _change(row, version, said, told, changes)
    return row


def _change(row: Row, version: int, said: Said, told: Told, changes: _Changes) -> None:
    revision = told.revision
    match said:
        case SplitAssigned(split=split):
            if row.split != "test":
                changes.set(row, version, split=split)
        case ImageExcluded(reason=reason) | ImageErased(reason=reason):
            changes.set(row, version, revision=revision, excluded=reason)
        case ImageRestored():
            changes.set(row, version, revision=revision, excluded=None)
        case CaptureCorrected(capture=capture):
            changes.set(row, version, revision=revision, capture=as_json(capture))
        case AnnotationWithdrawn():
            changes.set(row, version, revision=revision, **UNJUDGED)
        case AnnotationReviewed(outcome=outcome):
            changes.set(row, version, revision=revision, review=outcome)
        case CandidateDismissed():
            changes.set(row, version, revision=revision)
        case PutBack():
            _put_back(changes.succeed(row, version), said, told)
        case _:
            pass  # about a suggestion or a task that has the image, not about its row


def _registered(version: int, event: ImageRegistered, told: Told, dataset_key: int) -> Row:
    file = event.file
    bytes = (file.name, file.size, file.width, file.height, file.media_type, told.at)
    return Row(dataset_key, event.image_id, version, *bytes, version, 0, as_json(event.capture))


def _annotate(row: Row, version: int, event: AnnotationSubmitted, told: Told) -> None:
    row.revision = told.revision
    row.verdict = event.verdict
    row.defect_classes = sorted({defect.class_id for defect in event.defects}) if event.defects else None
    row.annotation = as_json(event)
    row.annotated_by = told.by
    row.annotated_at = told.at
    row.annotated_in = version
    row.review = None


def _put_back(row: Row, back: PutBack, told: Told) -> None:
    to = back.standing
    row.revision = told.revision
    if to.split is not UNSET and row.split == back.split_was:
        row.split = to.split
    if to.excluded is not UNSET:
        row.excluded = to.excluded
    if to.capture is not UNSET:
        row.capture = as_json(to.capture)
    if to.judged is not UNSET:
        _judge_again(row, to.judged, told)


def _judge_again(row: Row, judged: Judged | None, told: Told) -> None:
    """It stays the judgement of who gave it then."""
    if judged is None:
        for name in UNJUDGED:
            setattr(row, name, None)
        return
    then = Told(as_sent(datetime.fromisoformat(judged.at)), judged.by, told.revision)
    _annotate(row, judged.version, judged.annotation, then)
    row.review = judged.review


UNJUDGED: Final = dict.fromkeys(
    ("verdict", "defect_classes", "annotation", "annotated_by", "annotated_at", "annotated_in", "review")
)
"""The columns of an image whose judgement was taken back."""


def _cell(row: Row) -> Cell:
    classes = tuple(row.defect_classes or ())
    return (row.split or "unassigned", row.verdict or "unlabelled", row.excluded is not None, classes)


gallery = ReadModel("gallery", "dataset", (*TABLES, counts.IMAGE_COUNT, counts.IMAGE_COUNT_CHANGE), Gallery)

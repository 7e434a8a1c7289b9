"""Projection of the gallery: every image of a dataset at every version, as rows with a span of validity."""

from collections import defaultdict
from contextlib import nullcontext
from datetime import datetime
from typing import Final

from msgspec import UNSET, Struct
from msgspec.structs import astuple
from psycopg.errors import UniqueViolation

from kenpin.domain.catalogue import events_in, meta_of
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    CandidateDismissed,
    CaptureCorrected,
    ChangeReverted,
    GroupAssigned,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    Judged,
    PutBack,
    SplitAssigned,
    images_of,
)
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Event
from kenpin.domain.ids import ImageId
from kenpin.projections.database import Sql
from kenpin.projections.projection import FOREVER, ReadModel
from kenpin.read_models.gallery import counts
from kenpin.read_models.gallery.batch import GalleryChanges
from kenpin.read_models.gallery.facets import IMAGE_FACET, state_of
from kenpin.read_models.gallery.names import IMAGE_NAME
from kenpin.read_models.gallery.rows import (
    COLUMNS,
    Row,
    as_json,
    as_sent,
    rows_of,
    taken,
)
from kenpin.read_models.gallery.table import TABLES


class CommitContext(Struct, frozen=True, gc=False):
    """Time, actor and last version of a commit."""

    at: int
    """As PostgreSQL sends it."""
    by: str
    revision: int


ImageChange = Event | PutBack
"""The part of an event that is about one image."""
ImageChanges = list[tuple[int, ImageChange, CommitContext]]
"""The changes of one image, each with its version."""


class Gallery:
    """A batch of the gallery: the changes of each image, gathered before its row is made."""

    def __init__(self) -> None:
        self._first: Commit | None = None
        self._histories: defaultdict[ImageId, ImageChanges] = defaultdict(list)

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        if self._first is None:
            self._first = commit
        meta, histories = meta_of(commit), self._histories
        context = CommitContext(as_sent(meta.recorded_at), meta.actor, commit.last)
        for version, event in enumerate(events_in(commit), commit.first):
            if version > upto:
                return
            if isinstance(event, ChangeReverted):
                for back in event.images:
                    histories[back.standing.image_id].append((version, back, context))
            else:
                for image_id in images_of(event):
                    histories[image_id].append((version, event, context))

    def project(self, sql: Sql) -> None:
        """Write the rows, taking images that are registered here as new, without a look-up.

        When two registered an image at once, the unique index refuses it: then all images are looked up.
        """
        if self._first is None:
            return
        changes = GalleryChanges(self._first, sql)
        there = [
            id for id, history in self._histories.items() if not isinstance(history[0][1], ImageRegistered)
        ]
        is_sure = len(there) == len(self._histories)
        try:
            with nullcontext() if is_sure else sql.connection.transaction():
                self._write(there, changes, sql)
        except UniqueViolation:
            self._write(list(self._histories), GalleryChanges(self._first, sql), sql)

    def _write(self, there: list[ImageId], changes: GalleryChanges, sql: Sql) -> None:
        if not self._histories:
            return
        live = taken(changes.dataset_key, there, sql) if there else {}
        with rows_of("image", COLUMNS, sql) as write:
            for image_id, history in self._histories.items():
                known = live.get(image_id)
                before = None if known is None else state_of(known)
                if (row := _row_after(known, history, changes)) is not None:
                    changes.finish(row, before)
                    write(astuple(row))
        changes.write(sql)


def _row_after(row: Row | None, history: ImageChanges, changes: GalleryChanges) -> Row | None:
    """Return the row after these changes; None while the image is not registered."""
    for version, change, context in history:
        if isinstance(change, ImageRegistered):
            row = row or _registered(version, change, context, changes.dataset_key)
        elif row is None:
            pass  # it is not of this dataset
        elif isinstance(change, AnnotationSubmitted):
            _annotate(changes.keep_past(row, version), version, change, context)
        else:
            _change(row, version, change, context, changes)
    return row


def _change(
    row: Row, version: int, change: ImageChange, context: CommitContext, changes: GalleryChanges
) -> None:
    revision = context.revision
    match change:
        case SplitAssigned(split=split):
            if row.split != "test":
                changes.set(row, version, split=split)
        case GroupAssigned(group=group):
            changes.set(row, version, group_name=group)
        case ImageExcluded(reason=reason) | ImageErased(reason=reason):
            changes.set(row, version, revision=revision, excluded=reason)
        case ImageRestored():
            changes.set(row, version, revision=revision, excluded=None)
        case CaptureCorrected(capture=capture):
            text, time = _captured(capture)
            changes.set(row, version, revision=revision, capture=text, captured_at=time)
        case AnnotationWithdrawn():
            changes.set(row, version, revision=revision, **UNJUDGED)
        case AnnotationReviewed(outcome=outcome):
            changes.set(row, version, revision=revision, review=outcome)
        case CandidateDismissed():
            changes.set(row, version, revision=revision)
        case PutBack():
            _put_back(changes.keep_past(row, version), change, context)
        case _:
            pass  # about a suggestion or a task that has the image, not about its row


def _registered(version: int, event: ImageRegistered, context: CommitContext, dataset_key: int) -> Row:
    file = event.file
    kind = (file.media_type, file.needs_rendition)
    bytes = (file.name, file.size, file.width, file.height, *kind, context.at)
    return Row(dataset_key, event.image_id, version, *bytes, version, 0, *_captured(event.capture))


def _captured(capture: Capture) -> tuple[str, int | None]:
    """Return the columns `capture` and `captured_at`."""
    time = captured_time(capture.captured_at)
    return as_json(capture), None if time is None else as_sent(time)


def _annotate(row: Row, version: int, event: AnnotationSubmitted, context: CommitContext) -> None:
    row.revision = context.revision
    row.verdict = event.verdict
    row.defect_classes = sorted({defect.class_id for defect in event.defects}) if event.defects else None
    row.annotation = as_json(event)
    row.annotated_by = context.by
    row.annotated_at = context.at
    row.annotated_in = version
    row.review = None


def _put_back(row: Row, back: PutBack, context: CommitContext) -> None:
    to = back.standing
    row.revision = context.revision
    if to.split is not UNSET and row.split == back.split_was:
        row.split = to.split
    if to.excluded is not UNSET:
        row.excluded = to.excluded
    if to.capture is not UNSET:
        row.capture, row.captured_at = _captured(to.capture)
    if to.group is not UNSET:
        row.group_name = to.group
    if to.judged is not UNSET:
        _judge_again(row, to.judged, context)


def _judge_again(row: Row, judged: Judged | None, context: CommitContext) -> None:
    """It stays the judgement of who gave it then."""
    if judged is None:
        for name in UNJUDGED:
            setattr(row, name, None)
        return
    then = CommitContext(as_sent(datetime.fromisoformat(judged.at)), judged.by, context.revision)
    _annotate(row, judged.version, judged.annotation, then)
    row.review = judged.review


UNJUDGED: Final = dict.fromkeys(
    ("verdict", "defect_classes", "annotation", "annotated_by", "annotated_at", "annotated_in", "review")
)
"""The columns of an image whose judgement was withdrawn."""


gallery = ReadModel(
    "gallery",
    "dataset",
    (*TABLES, IMAGE_NAME, IMAGE_FACET, counts.IMAGE_COUNT, counts.IMAGE_COUNT_CHANGE),
    Gallery,
)

"""The gallery: every image of a dataset at every version, as rows with a span of validity."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import astuple
from psycopg.rows import args_row

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
from kenpin.domain.event import Context, Recorded
from kenpin.domain.ids import ImageId, id_of
from kenpin.read_models import counts
from kenpin.read_models.counts import Cell, Tally
from kenpin.read_models.database import Sql
from kenpin.read_models.gallery_table import FILE, PAST, STANDING, TABLE
from kenpin.read_models.projection import ReadModel

Write = Callable[[tuple[object, ...]], None]


class Row(Struct, gc=False):
    """How an image stands from version `valid_from` on: JSON as text, times as PostgreSQL sends them."""

    dataset_id: str
    image_id: str
    ordinal: int
    name: str
    size: int
    width: int
    height: int
    media_type: str
    registered_at: int
    valid_from: int
    revision: int
    capture: str
    split: str | None = None
    excluded: str | None = None
    verdict: str | None = None
    defect_classes: list[str] | None = None
    annotation: str | None = None
    annotated_by: str | None = None
    annotated_at: int | None = None
    annotated_in: int | None = None
    review: str | None = None


COLUMNS: Final = Row.__struct_fields__
assert (*FILE, *STANDING) == COLUMNS

NUMBERS: Final = [
    "ordinal",
    "size",
    "registered_at",
    "valid_from",
    "valid_to",
    "revision",
    "annotated_at",
    "annotated_in",
]
WIRE: Final = dict.fromkeys(NUMBERS, "int8") | {"width": "int4", "height": "int4", "defect_classes": "jsonb"}
"""What COPY sends a column as, where that is not text."""

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Where PostgreSQL's time begins; it counts microseconds."""
READ: Final = {name: f"{name}::text" for name in ("capture", "annotation")} | {
    name: f"(extract(epoch from {name} - timestamptz '{EPOCH}') * 1000000)::bigint"
    for name in ("registered_at", "annotated_at")
}
TAKE: Final = f"""
delete from image where ctid = any (array (
    select found.ctid from json_array_elements_text(%s) as touched (id) cross join lateral (
        select ctid from image where dataset_id = %s and image_id = touched.id limit 1
    ) as found
)) returning {", ".join(READ.get(name, name) for name in COLUMNS)}"""
"""One by one (that is what the limit says): a join might read the whole dataset for a few of its images."""


class _Changes:
    """The images that a batch touches: how they stand, and how they stood until then."""

    def __init__(self, dataset_id: str, begin: int, live: dict[ImageId, Row]) -> None:
        self.dataset_id, self.live = dataset_id, live
        self.past: list[tuple[object, ...]] = []
        self.tally = Tally(dataset_id, begin)

    def succeed(self, image_id: ImageId, version: int) -> Row | None:
        """The image's row from `version` on, to be changed in place; how it stood until then is past."""
        row = self.live.get(image_id)
        if row is not None and row.valid_from < version:
            self.tally.stood(_cell(row), row.valid_from, version)
            self.past.append((row.dataset_id, row.ordinal, version, *astuple(row)[len(FILE) :]))
            row.valid_from = version
        return row

    def set(self, image_id: ImageId, version: int, **columns: object) -> None:
        if row := self.succeed(image_id, version):
            for name, value in columns.items():
                setattr(row, name, value)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    """PostgreSQL takes in the rows that nothing more can change while we make the others."""
    about = [images_of(recorded.event) for recorded in batch]
    last = {id: recorded.version for recorded, ids in zip(batch, about, strict=True) for id in ids}
    if not last:
        return
    dataset_id, begin = id_of(batch[0].stream), batch[0].version
    changes = _Changes(dataset_id, begin, {} if begin == 1 else _taken(dataset_id, list(last), sql))
    with _rows_of("image", COLUMNS, sql) as write:
        for recorded, ids in zip(batch, about, strict=True):
            _apply(recorded, changes)
            for id in ids:
                if last[id] == recorded.version and (row := changes.live.get(id)):
                    write(astuple(row))
                    changes.tally.stood(_cell(row), row.valid_from)
    if changes.past:
        with _rows_of("image_past", PAST, sql) as write:
            for past in changes.past:
                write(past)
    changes.tally.write(sql)


def _taken(dataset_id: str, image_ids: list[ImageId], sql: Sql) -> dict[ImageId, Row]:
    """The rows of these images, which are no longer in the table: what becomes of them is put there anew."""
    with sql.connection.cursor(binary=True, row_factory=args_row(Row)) as rows:
        return {row.image_id: row for row in rows.execute(TAKE, (_json(image_ids), dataset_id))}


@contextmanager
def _rows_of(table: str, columns: Sequence[str], sql: Sql) -> Iterator[Write]:
    """Write rows to a table as they come, in the form that costs PostgreSQL least to read."""
    with sql.copy(f"copy {table} ({', '.join(columns)}) from stdin (format binary)") as copy:
        copy.set_types([WIRE.get(name, "text") for name in columns])
        yield copy.write_row


def _apply(recorded: Recorded, changes: _Changes) -> None:
    """By exact type what is heard most: every case of a `match` that does not fit costs 0.1 µs."""
    event = recorded.event
    if type(event) is AnnotationSubmitted:
        if row := changes.succeed(event.image_id, recorded.version):
            _annotate(row, recorded, event)
    elif type(event) is ImageRegistered:
        if event.image_id not in changes.live:
            changes.live[event.image_id] = _registered(recorded, event, changes.dataset_id)
    else:
        _change(recorded, changes)


def _change(recorded: Recorded, changes: _Changes) -> None:
    event, version, revision = recorded.event, recorded.version, recorded.revision
    match event:
        case SplitAssigned(image_ids=ids, split=split):
            for id in ids:
                if id in changes.live and changes.live[id].split != "test":
                    changes.set(id, version, split=split)
        case ImageExcluded(image_id=id, reason=reason) | ImageErased(image_id=id, reason=reason):
            changes.set(id, version, revision=revision, excluded=reason)
        case ImageRestored(image_id=id):
            changes.set(id, version, revision=revision, excluded=None)
        case CaptureCorrected(image_id=id, capture=capture):
            changes.set(id, version, revision=revision, capture=_json(capture))
        case AnnotationWithdrawn(image_id=id):
            changes.set(id, version, revision=revision, **UNJUDGED)
        case AnnotationReviewed(image_id=id, outcome=outcome):
            changes.set(id, version, revision=revision, review=outcome)
        case CandidateDismissed(image_id=id):
            changes.set(id, version, revision=revision)
        case ChangeReverted(images=images):
            for back in images:
                if row := changes.succeed(back.standing.image_id, version):
                    _put_back(row, recorded, back)
        case _:
            pass  # about the dataset or a suggestion, not about an image's row


def _registered(recorded: Recorded, event: ImageRegistered, dataset_id: str) -> Row:
    file, version = event.file, recorded.version
    bytes = (file.name, file.size, file.width, file.height, file.media_type, _time(recorded.recorded_at))
    return Row(dataset_id, event.image_id, version, *bytes, version, 0, _json(event.capture))


def _annotate(row: Row, recorded: Recorded, event: AnnotationSubmitted) -> None:
    row.revision = recorded.revision
    row.verdict = event.verdict
    row.defect_classes = sorted({defect.class_id for defect in event.defects}) if event.defects else None
    row.annotation = _json(event)
    row.annotated_by = recorded.context.actor
    row.annotated_at = _time(recorded.recorded_at)
    row.annotated_in = recorded.version
    row.review = None


def _put_back(row: Row, recorded: Recorded, back: PutBack) -> None:
    to = back.standing
    row.revision = recorded.revision
    if to.split is not UNSET and row.split == back.split_was:
        row.split = to.split
    if to.excluded is not UNSET:
        row.excluded = to.excluded
    if to.capture is not UNSET:
        row.capture = _json(to.capture)
    if to.judged is not UNSET:
        _judge_again(row, recorded, to.judged)


def _judge_again(row: Row, recorded: Recorded, judged: Judged | None) -> None:
    """It stays the judgement of who gave it then."""
    if judged is None:
        for name in UNJUDGED:
            setattr(row, name, None)
        return
    when, who = datetime.fromisoformat(judged.at), Context(actor=judged.by)
    then = (recorded.stream, judged.version, judged.annotation, when, who, recorded.revision)
    _annotate(row, Recorded(*then), judged.annotation)
    row.review = judged.review


UNJUDGED: Final = dict.fromkeys(
    ("verdict", "defect_classes", "annotation", "annotated_by", "annotated_at", "annotated_in", "review")
)
"""The columns of an image whose judgement was taken back."""

_encoder = msgspec.json.Encoder()


def _json(value: object) -> str:
    return _encoder.encode(value).decode()


@lru_cache(maxsize=1)
def _time(time: datetime) -> int:
    """As PostgreSQL sends it. All events of a commit share theirs."""
    return (time - EPOCH) // timedelta(microseconds=1)


def _cell(row: Row) -> Cell:
    classes = tuple(row.defect_classes or ())
    return (row.split or "unassigned", row.verdict or "unlabelled", row.excluded is not None, classes)


gallery = ReadModel("gallery", "dataset", TABLE + counts.TABLE, project)

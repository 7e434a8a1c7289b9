"""The gallery: every image of a dataset at every version, as rows with a span of validity."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple
from psycopg.rows import args_row

from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    CandidateDismissed,
    CaptureCorrected,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    SplitAssigned,
)
from kenpin.domain.event import Event, Recorded
from kenpin.domain.ids import ImageId, id_of
from kenpin.read_models.database import Sql
from kenpin.read_models.gallery_table import TABLE
from kenpin.read_models.projection import ReadModel

Cell = tuple[str, str, bool]
"""split, verdict, excluded: what images are counted by"""


class Row(Struct, gc=False):
    """One image from version `valid_from` on; the fields are the columns, in order, JSON and times as text."""

    dataset_id: str
    image_id: str
    valid_from: int
    valid_to: int | None
    ordinal: int
    revision: int
    name: str
    size: int
    width: int
    height: int
    media_type: str
    registered_at: str
    capture: str
    split: str | None = None
    excluded: str | None = None
    verdict: str | None = None
    defect_classes: str | None = None
    annotation: str | None = None
    annotated_by: str | None = None
    annotated_at: str | None = None
    annotated_in: int | None = None
    review: str | None = None


COLUMNS: Final = ", ".join(Row.__struct_fields__)
AS_TEXT: Final = re.sub(
    r"\b(capture|defect_classes|annotation|registered_at|annotated_at)\b", r"\1::text", COLUMNS
)

LIVE: Final = f"""
select {AS_TEXT} from json_array_elements_text(%s) as touched (id) cross join lateral (
    select * from image where dataset_id = %s and image_id = touched.id and valid_to is null limit 1
) as image"""
"""One by one (that is what the limit says): a join might read the whole dataset for a few of its images."""

END: Final = """
update image set valid_to = ended.valid_to
from unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    as ended (dataset_id, ordinal, valid_from, valid_to)
where (image.dataset_id, image.ordinal, image.valid_from) = (ended.dataset_id, ended.ordinal, ended.valid_from)"""


class _Changes:
    """The rows of the images that a batch touches, each written as soon as nothing more can change it."""

    def __init__(
        self,
        dataset_id: str,
        begin: int,
        live: dict[ImageId, Row],
        write: Callable[[tuple[object, ...]], None],
    ) -> None:
        self.dataset_id, self._begin, self.live, self._write = dataset_id, begin, live, write
        self.ended: list[tuple[str, int, int, int]] = []
        """Rows that were there before the batch, by key, and the version each ended at."""
        self._cells_before = [_cell(row) for row in live.values()]

    def succeed(self, image_id: ImageId, version: int) -> Row | None:
        """The image's row from `version` on, to be changed in place; the one before it ends there."""
        row = self.live.get(image_id)
        if row is None:
            return None
        if row.valid_from < self._begin:
            self.ended.append((self.dataset_id, row.ordinal, row.valid_from, version))
        elif row.valid_from < version:
            row.valid_to = version
            self._write(astuple(row))
            row.valid_to = None
        row.valid_from = version
        return row

    def set(self, image_id: ImageId, version: int, **columns: object) -> None:
        if row := self.succeed(image_id, version):
            for name, value in columns.items():
                setattr(row, name, value)

    def settle(self, image_id: ImageId) -> None:
        """Nothing more in the batch is about this image."""
        row = self.live.get(image_id)
        if row is not None and row.valid_from >= self._begin:
            self._write(astuple(row))

    def counts(self) -> Counter[Cell]:
        """What the batch adds to each count, or takes from it."""
        counts = Counter(map(_cell, self.live.values()))
        counts.subtract(self._cells_before)
        return counts


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    dataset_id = id_of(batch[0].stream)
    about = [(recorded, _images_of(recorded.event)) for recorded in batch]
    last = {id: recorded.version for recorded, ids in about for id in ids}
    if not last:
        return
    is_new = batch[0].version == 1
    before = {} if is_new else _live_rows(dataset_id, list(last), sql)
    with sql.copy(f"copy image ({COLUMNS}) from stdin") as copy:
        changes = _Changes(dataset_id, batch[0].version, before, copy.write_row)
        for recorded, ids in about:
            _apply(recorded, changes)
            for id in ids:
                if last[id] == recorded.version:
                    changes.settle(id)
    _end(changes.ended, sql)
    _count(changes, sql)


def _images_of(event: Event) -> Sequence[ImageId]:
    if isinstance(event, SplitAssigned):
        return event.image_ids
    image_id = getattr(event, "image_id", None)
    return (image_id,) if image_id else ()


def _live_rows(dataset_id: str, image_ids: list[ImageId], sql: Sql) -> dict[ImageId, Row]:
    with sql.connection.cursor(binary=True, row_factory=args_row(Row)) as rows:
        return {row.image_id: row for row in rows.execute(LIVE, (_json(image_ids), dataset_id))}


def _apply(recorded: Recorded, changes: _Changes) -> None:
    event, version, revision = recorded.event, recorded.version, recorded.revision
    match event:
        case ImageRegistered(image_id=id):
            if id not in changes.live:
                changes.live[id] = _registered(recorded, event, changes.dataset_id)
        case AnnotationSubmitted(image_id=id):
            if row := changes.succeed(id, version):
                _annotate(row, recorded, event)
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
        case _:
            pass  # about the dataset or a suggestion, not about an image's row


def _registered(recorded: Recorded, event: ImageRegistered, dataset_id: str) -> Row:
    file, version = event.file, recorded.version
    place = (dataset_id, event.image_id, version, None, version, 0)
    bytes = (file.name, file.size, file.width, file.height, file.media_type)
    return Row(*place, *bytes, _text(recorded.recorded_at), _json(event.capture))


def _annotate(row: Row, recorded: Recorded, event: AnnotationSubmitted) -> None:
    classes = sorted({defect.class_id for defect in event.defects})
    row.revision = recorded.revision
    row.verdict = event.verdict
    row.defect_classes = _json(classes) if classes else None
    row.annotation = _json(event)
    row.annotated_by = recorded.context.actor
    row.annotated_at = _text(recorded.recorded_at)
    row.annotated_in = recorded.version
    row.review = None


UNJUDGED: Final = dict.fromkeys(
    ("verdict", "defect_classes", "annotation", "annotated_by", "annotated_at", "annotated_in", "review")
)
"""The columns of an image whose judgement was taken back."""

_encoder = msgspec.json.Encoder()


def _json(value: object) -> str:
    return _encoder.encode(value).decode()


@lru_cache(maxsize=1)
def _text(time: datetime) -> str:
    """All events of a commit share theirs."""
    return time.isoformat()


def _end(ended: list[tuple[str, int, int, int]], sql: Sql) -> None:
    if ended:
        sql.execute(END, [_array(column) for column in zip(*ended, strict=True)])


def _array(values: Iterable[str | int]) -> str:
    """Slugs, digests or numbers as PostgreSQL writes an array: many times faster than psycopg's own way."""
    return f"{{{','.join(map(str, values))}}}"


def _count(changes: _Changes, sql: Sql) -> None:
    """Add what the batch changed to the counts, so that a total never needs a scan."""
    cells = [(changes.dataset_id, *cell, n) for cell, n in sorted(changes.counts().items()) if n]
    if cells:
        sql.executemany(
            """insert into image_count values (%s, %s, %s, %s, %s)
            on conflict (dataset_id, split, verdict, excluded)
            do update set images = image_count.images + excluded.images""",
            cells,
        )


def _cell(row: Row) -> Cell:
    return (row.split or "unassigned", row.verdict or "unlabelled", row.excluded is not None)


gallery = ReadModel("gallery", "dataset", TABLE, project)

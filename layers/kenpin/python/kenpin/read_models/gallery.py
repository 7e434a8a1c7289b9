"""The gallery: every image of a dataset at every version, as rows with a span of validity."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace
from psycopg.rows import args_row

from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    CandidateDismissed,
    CaptureCorrected,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    SplitAssigned,
)
from kenpin.domain.event import Event, Recorded
from kenpin.domain.ids import ImageId, id_of
from kenpin.read_models.database import Sql
from kenpin.read_models.projection import ReadModel

# Without statistics of dataset_id, for a dataset that came after they were taken would look empty: the planner then
# reads all of it for every image asked for, where it should take the primary key.
TABLE: Final = """
create table if not exists image (
    dataset_id     text not null,
    image_id       text not null,
    valid_from     bigint not null,
    valid_to       bigint,
    ordinal        bigint not null,
    revision       bigint not null,
    name           text not null,
    size           bigint not null,
    width          int not null,
    height         int not null,
    media_type     text not null,
    registered_at  timestamptz not null,
    capture        jsonb not null,
    split          text,
    excluded       text,
    verdict        text,
    defect_classes jsonb,
    annotation     jsonb,
    annotated_by   text,
    annotated_at   timestamptz,
    annotated_in   bigint,
    review         text,
    primary key (dataset_id, image_id, valid_from)
);
alter table image alter dataset_id set statistics 0;
create index if not exists image_page on image (dataset_id, ordinal);
create index if not exists image_live on image (dataset_id, verdict, ordinal) where valid_to is null;
create index if not exists image_split on image (dataset_id, split, ordinal)
    where valid_to is null and split is not null;
create index if not exists image_excluded on image (dataset_id, ordinal) where excluded is not null;
create index if not exists image_defects on image (dataset_id, ordinal) where defect_classes <> '[]';
create table if not exists image_count (
    dataset_id text not null,
    split      text not null,
    verdict    text not null,
    excluded   boolean not null,
    images     bigint not null,
    primary key (dataset_id, split, verdict, excluded)
);
"""


class Row(Struct, frozen=True, gc=False):
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
    select * from image where dataset_id = %s and image_id = touched.id order by valid_from desc limit 1
) as image"""
"""The newest row of an image is the live one."""

END: Final = """
update image set valid_to = ended.valid_to
from unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
    as ended (dataset_id, image_id, valid_from, valid_to)
where (image.dataset_id, image.image_id, image.valid_from) = (ended.dataset_id, ended.image_id, ended.valid_from)"""


class _Changes:
    """The rows of the images that a batch touches. What is final is written while the rest is worked out."""

    def __init__(self, dataset_id: str, before: dict[ImageId, Row], write: Callable[[Row], None]) -> None:
        self.dataset_id, self.before, self._write = dataset_id, before, write
        self.live = dict(before)
        self.ended: list[Row] = []
        """Rows that were there before the batch, with the version they ended at."""

    def set(self, image_id: ImageId, version: int, **columns: object) -> None:
        row = self.live.get(image_id)
        if row is None:
            return
        if row is self.before.get(image_id):
            self.ended.append(replace(row, valid_to=version))
        elif row.valid_from < version:
            self._write(replace(row, valid_to=version))
        self.live[image_id] = replace(row, valid_from=version, **columns)

    def finish(self) -> None:
        for image_id, row in self.live.items():
            if row is not self.before.get(image_id):
                self._write(row)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    dataset_id = id_of(batch[0].stream)
    touched = list({id for recorded in batch for id in _images_of(recorded.event)})
    if not touched:
        return
    before = _live_rows(dataset_id, touched, sql)
    with sql.copy(f"copy image ({COLUMNS}) from stdin") as copy:
        changes = _Changes(dataset_id, before, lambda row: copy.write_row(astuple(row)))
        for recorded in batch:
            _apply(recorded, changes)
        changes.finish()
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
            changes.set(id, version, revision=revision, **_annotation(recorded, event))
        case SplitAssigned(image_ids=ids, split=split):
            for id in ids:
                if id in changes.live and changes.live[id].split != "test":
                    changes.set(id, version, split=split)
        case ImageExcluded(image_id=id, reason=reason):
            changes.set(id, version, revision=revision, excluded=reason)
        case ImageRestored(image_id=id):
            changes.set(id, version, revision=revision, excluded=None)
        case CaptureCorrected(image_id=id, capture=capture):
            changes.set(id, version, revision=revision, capture=_json(capture))
        case AnnotationWithdrawn(image_id=id):
            changes.set(id, version, revision=revision, **WITHDRAWN)
        case AnnotationReviewed(image_id=id, outcome=outcome):
            changes.set(id, version, revision=revision, review=outcome)
        case CandidateDismissed(image_id=id):
            changes.set(id, version, revision=revision)
        case _:
            pass  # about the dataset or a suggestion, not about an image's row


def _registered(recorded: Recorded, event: ImageRegistered, dataset_id: str) -> Row:
    file = event.file
    return Row(
        dataset_id=dataset_id,
        image_id=event.image_id,
        valid_from=recorded.version,
        valid_to=None,
        ordinal=recorded.version,
        revision=0,
        name=file.name,
        size=file.size,
        width=file.width,
        height=file.height,
        media_type=file.media_type,
        registered_at=recorded.recorded_at.isoformat(),
        capture=_json(event.capture),
    )


def _annotation(recorded: Recorded, event: AnnotationSubmitted) -> dict[str, object]:
    return {
        "verdict": event.verdict,
        "defect_classes": _json(sorted({d.class_id for d in event.defects})),
        "annotation": _json(event),
        "annotated_by": recorded.context.actor,
        "annotated_at": recorded.recorded_at.isoformat(),
        "annotated_in": recorded.version,
        "review": None,
    }


WITHDRAWN: Final = dict.fromkeys(
    ("verdict", "defect_classes", "annotation", "annotated_by", "annotated_at", "annotated_in", "review")
)
"""The columns of an image that nobody has judged."""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _end(rows: list[Row], sql: Sql) -> None:
    if rows:
        ends = [(row.dataset_id, row.image_id, row.valid_from, row.valid_to) for row in rows]
        sql.execute(END, [_array(column) for column in zip(*ends, strict=True)])


def _array(values: Iterable[str | int | None]) -> str:
    """Slugs, digests or numbers as PostgreSQL writes an array: many times faster than psycopg's own way."""
    return f"{{{','.join(map(str, values))}}}"


def _count(changes: _Changes, sql: Sql) -> None:
    """Add what the batch changed to the counts, so that a total never needs a scan."""
    delta: Counter[tuple[str, str, bool]] = Counter()
    delta.update(_cell(row) for row in changes.live.values())
    delta.subtract(_cell(row) for row in changes.before.values())
    cells = [(changes.dataset_id, *cell, n) for cell, n in sorted(delta.items()) if n]
    if cells:
        sql.executemany(
            """insert into image_count values (%s, %s, %s, %s, %s)
            on conflict (dataset_id, split, verdict, excluded)
            do update set images = image_count.images + excluded.images""",
            cells,
        )


def _cell(row: Row) -> tuple[str, str, bool]:
    return (row.split or "unassigned", row.verdict or "unlabelled", row.excluded is not None)


gallery = ReadModel("gallery", "dataset", TABLE, project)

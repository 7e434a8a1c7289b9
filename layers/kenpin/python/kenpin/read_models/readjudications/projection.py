"""Projection of re-adjudications: requests, their items, and the outcome of each."""

from collections.abc import Sequence
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    AnnotationWithdrawn,
    ChangeReverted,
    ImageErased,
    ImageExcluded,
    PutBack,
    ReadjudicationRequested,
)
from kenpin.domain.dataset.readjudication import classes_in
from kenpin.domain.event import Recorded
from kenpin.domain.ids import ImageId, id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

READJUDICATION: Final = DeclaredTable(
    "readjudication",
    """
    dataset_id          text not null,
    readjudication_id   text not null,
    version             bigint not null,
    class_id            text not null,
    sample_id           text,
    cause               jsonb not null,
    run_id              text,
    label_book_revision int not null,
    size                int not null,
    requested_at        timestamptz not null,
    primary key (dataset_id, readjudication_id)""",
    owner="dataset_id",
)
READJUDICATION_ITEM: Final = DeclaredTable(
    "readjudication_item",
    """
    dataset_id        text not null,
    readjudication_id text not null,
    image_id          text not null,
    rank              int not null,
    reason            text not null,
    distance          double precision,
    score             double precision,
    old_verdict       text not null,
    old_classes       jsonb not null,
    outcome           text,
    new_verdict       text,
    new_classes       jsonb,
    answered_by       text,
    answered_at       timestamptz,
    seconds_spent     double precision""",
    owner="dataset_id",
    past=PastByTrigger("dataset_id, readjudication_id, rank"),
    after="""
create index if not exists readjudication_open on readjudication_item (dataset_id, image_id)
    where outcome is null;""",
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    dataset_id = id_of(batch[0].stream)
    waiting = _waiting(sql, dataset_id)
    for recorded in batch:
        match recorded.event:
            case ReadjudicationRequested() as event:
                _open(sql, dataset_id, recorded, event)
                waiting = _waiting(sql, dataset_id)
            case AnnotationSubmitted(image_id=id) as event if id in waiting:
                _answer(sql, dataset_id, recorded, event)
            case AnnotationWithdrawn(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded, id, "withdrawn")
            case ImageExcluded(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded, id, "excluded")
            case ImageErased(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded, id, "erased")
            case ChangeReverted(images=images):
                for back in images:
                    if back.standing.image_id in waiting and (why := _nothing_to_judge(back)):
                        _close(sql, dataset_id, recorded, back.standing.image_id, why)


def _nothing_to_judge(back: PutBack) -> str | None:
    """Of an image that an undo takes out or whose decision it takes back: what became of the item.

    A decision that an undo gives back answers nothing: nobody looked anew.
    """
    if isinstance(back.standing.excluded, str):
        return "excluded"
    return "withdrawn" if back.standing.judged is None else None


def _waiting(sql: Sql, dataset_id: str) -> set[ImageId]:
    rows = sql.execute(
        "select image_id from readjudication_item where dataset_id = %s and outcome is null", (dataset_id,)
    )
    return {row["image_id"] for row in rows}


def _open(sql: Sql, dataset_id: str, recorded: Recorded, event: ReadjudicationRequested) -> None:
    inserted = sql.execute(
        "insert into readjudication values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            dataset_id,
            event.readjudication_id,
            recorded.version,
            event.class_id,
            event.sample_id,
            Jsonb(msgspec.to_builtins(event.cause)),
            event.run_id,
            event.label_book_revision,
            len(event.items),
            recorded.recorded_at,
        ),
    )
    if inserted.rowcount:
        _supersede(sql, dataset_id, recorded, event)
        _insert_items(sql, dataset_id, recorded.version, event)


def _supersede(sql: Sql, dataset_id: str, recorded: Recorded, event: ReadjudicationRequested) -> None:
    """Close the open items of earlier requests about the same class and sample: the new request takes them over.

    Samples of a class that is retired count no more: nor does what was asked because of them.
    """
    sql.execute(
        """update readjudication_item i set valid_from = %s, outcome = 'superseded', answered_at = %s
        from readjudication r where (r.dataset_id, r.readjudication_id) = (i.dataset_id, i.readjudication_id)
            and i.dataset_id = %s and i.outcome is null
            and r.class_id = %s and (r.sample_id is not distinct from %s or %s)""",
        (
            recorded.version,
            recorded.recorded_at,
            dataset_id,
            event.class_id,
            event.sample_id,
            event.cause.what == "class_retired",
        ),
    )


def _insert_items(sql: Sql, dataset_id: str, version: int, event: ReadjudicationRequested) -> None:
    sql.executemany(
        """insert into readjudication_item (dataset_id, readjudication_id, image_id, rank, reason, distance, score,
            old_verdict, old_classes, valid_from) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            (
                dataset_id,
                event.readjudication_id,
                item.image_id,
                rank,
                item.reason,
                item.distance,
                item.score,
                item.verdict or "HOLD",
                Jsonb(list(item.class_ids)),
                version,
            )
            for rank, item in enumerate(event.items, 1)
        ],
    )


def _answer(sql: Sql, dataset_id: str, recorded: Recorded, event: AnnotationSubmitted) -> None:
    """A judgement under the standard that was asked for, or a later one; an older one answers nothing."""
    classes = Jsonb(list(classes_in(event)))
    sql.execute(
        """update readjudication_item i set valid_from = %(version)s, new_verdict = %(verdict)s,
            new_classes = %(classes)s, answered_by = %(by)s, answered_at = %(at)s, seconds_spent = %(seconds)s,
            outcome = case when (old_verdict, old_classes) = (%(verdict)s, %(classes)s) then 'kept' else 'changed' end
        from readjudication r where (r.dataset_id, r.readjudication_id) = (i.dataset_id, i.readjudication_id)
            and i.dataset_id = %(dataset)s and i.image_id = %(image)s and i.outcome is null
            and r.label_book_revision <= %(revision)s""",
        {
            "version": recorded.version,
            "verdict": event.verdict,
            "classes": classes,
            "by": recorded.context.actor,
            "at": recorded.recorded_at,
            "seconds": event.seconds_spent,
            "dataset": dataset_id,
            "image": event.image_id,
            "revision": event.label_book_revision,
        },
    )


def _close(sql: Sql, dataset_id: str, recorded: Recorded, image_id: ImageId, outcome: str) -> None:
    sql.execute(
        """update readjudication_item set valid_from = %s, outcome = %s, answered_by = %s, answered_at = %s
        where dataset_id = %s and image_id = %s and outcome is null""",
        (recorded.version, outcome, recorded.context.actor, recorded.recorded_at, dataset_id, image_id),
    )


readjudications = ReadModel(
    "readjudications", "dataset", (READJUDICATION, READJUDICATION_ITEM), by_event(project)
)

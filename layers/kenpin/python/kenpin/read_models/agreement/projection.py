"""Projection of agreement tasks: their images and people, and each person's blind answers."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.dataset.events import AgreementTaskClosed, AgreementTaskOpened, BlindJudgementSubmitted
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

AGREEMENT_TASK: Final = DeclaredTable(
    "agreement_task",
    """
    dataset_id   text not null,
    task_id      text not null,
    opened_in    bigint not null,
    image_ids    text[] not null,
    people       text[] not null,
    open_to      int,
    note         text not null,
    opened_by    text not null,
    opened_at    timestamptz not null,
    closed_by    text,
    closed_at    timestamptz,
    close_reason text""",
    owner="dataset_id",
    past=PastByTrigger("dataset_id, task_id"),
)
BLIND_JUDGEMENT: Final = DeclaredTable(
    "blind_judgement",
    """
    dataset_id     text not null,
    task_id        text not null,
    person         text not null,
    image_id       text not null,
    verdict        text not null,
    defect_classes text[] not null,
    judged_at      timestamptz not null""",
    owner="dataset_id",
    past=PastByTrigger("dataset_id, task_id, person, image_id"),
)

ANSWER: Final = """
with taken as (
    select from agreement_task t where dataset_id = %(dataset)s and task_id = %(task)s and closed_at is null
        and %(image)s = any(image_ids) and (%(person)s = any(people)
            or exists (select from blind_judgement j where j.dataset_id = t.dataset_id and j.task_id = t.task_id
                and j.person = %(person)s)
            or (select count(distinct person) from blind_judgement j where j.dataset_id = t.dataset_id
                and j.task_id = t.task_id and j.person <> all(t.people)) < open_to)
)
insert into blind_judgement
select %(dataset)s, %(task)s, %(person)s, %(image)s, %(verdict)s, %(classes)s, %(at)s, %(version)s from taken
on conflict (dataset_id, task_id, person, image_id) do update set verdict = excluded.verdict,
    defect_classes = excluded.defect_classes, judged_at = excluded.judged_at, valid_from = excluded.valid_from"""
"""An answer takes the place of the one before, unless it came too late: as `AgreementTaskState.takes` says."""


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        match recorded.event:
            case AgreementTaskOpened() as event:
                _open(recorded, event, sql)
            case BlindJudgementSubmitted() as event:
                _answer(recorded, event, sql)
            case AgreementTaskClosed(task_id=task_id, reason=reason):
                sql.execute(
                    """update agreement_task set valid_from = %s, closed_by = %s, closed_at = %s, close_reason = %s
                    where dataset_id = %s and task_id = %s and closed_at is null""",
                    (*_when(recorded), reason, id_of(recorded.stream), task_id),
                )


def _when(recorded: Recorded) -> tuple[object, ...]:
    return (recorded.version, recorded.context.actor, recorded.recorded_at)


def _open(recorded: Recorded, event: AgreementTaskOpened, sql: Sql) -> None:
    asked = (list(event.image_ids), list(event.people), event.open_to, event.note)
    sql.execute(
        """insert into agreement_task (dataset_id, task_id, opened_in, image_ids, people, open_to, note, opened_by,
            opened_at, valid_from) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (dataset_id, task_id) do nothing""",
        (
            id_of(recorded.stream),
            event.task_id,
            recorded.version,
            *asked,
            recorded.context.actor,
            recorded.recorded_at,
            recorded.version,
        ),
    )


def _answer(recorded: Recorded, event: BlindJudgementSubmitted, sql: Sql) -> None:
    sql.execute(
        ANSWER,
        {
            "dataset": id_of(recorded.stream),
            "task": event.task_id,
            "image": event.image_id,
            "person": event.person,
            "version": recorded.version,
            "verdict": event.verdict,
            "classes": list(event.defect_classes),
            "at": recorded.recorded_at,
        },
    )


agreement = ReadModel("agreement", "dataset", (AGREEMENT_TASK, BLIND_JUDGEMENT), by_event(project))

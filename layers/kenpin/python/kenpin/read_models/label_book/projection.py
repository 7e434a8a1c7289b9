"""Projection of the label book and its limit samples at every revision; read model `projects` holds the rows."""

from typing import Final

import msgspec

from kenpin.domain.event import Recorded, type_of
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
)
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable, PastByTrigger

DEFECT_CLASS: Final = DeclaredTable(
    "defect_class",
    """
    project_id  text not null,
    class_id    text not null,
    name        text not null,
    name_ja     text not null,
    key         int,
    description text not null,
    rule        jsonb,
    examples    jsonb not null,
    colour      text not null,
    retired     text""",
    owner="project_id",
    past=PastByTrigger("project_id, class_id"),
)
LABEL_BOOK_RULES: Final = DeclaredTable(
    "label_book_rules",
    """
    project_id text not null,
    rules      text not null""",
    owner="project_id",
    past=PastByTrigger("project_id"),
)
LIMIT_SAMPLE: Final = DeclaredTable(
    "limit_sample",
    """
    project_id   text not null,
    sample_id    text not null,
    dataset_id   text not null,
    image_id     text not null,
    class_id     text not null,
    side         text not null,
    note         text not null,
    valid_until  date,
    approved_by  text not null,
    approved_at  timestamptz not null,
    withdrawn    text,
    withdrawn_by text,
    withdrawn_at timestamptz""",
    owner="project_id",
    past=PastByTrigger("project_id, sample_id"),
    after="""
create index if not exists limit_sample_of_class on limit_sample (project_id, class_id);""",
)
LABEL_BOOK_REVISION: Final = DeclaredTable(
    "label_book_revision",
    """
    project_id text not null,
    revision   int not null,
    version    bigint not null,
    what       text not null,
    class_id   text,
    sample_id  text,
    reason     text not null,
    by         text not null,
    at         timestamptz not null,
    primary key (project_id, revision)""",
    owner="project_id",
    after="""
create index if not exists label_book_revision_version on label_book_revision (project_id, version);""",
)


def project_label_book(project_id: str, recorded: Recorded, sql: Sql) -> None:
    """Change the rows of the label book by one event; other events change nothing."""
    match recorded.event:
        case DefectClassDefined(class_id=class_id) | DefectClassRevised(class_id=class_id) as event:
            _define(project_id, recorded.version, event, sql)
            _revise(project_id, recorded, sql, class_id=class_id)
        case DefectClassRetired(class_id=class_id, reason=reason):
            sql.execute(
                """update defect_class set retired = %s, valid_from = %s
                where project_id = %s and class_id = %s""",
                (reason, recorded.version, project_id, class_id),
            )
            _revise(project_id, recorded, sql, class_id=class_id, reason=reason)
        case LabelBookRevised(rules=rules, reason=reason):
            sql.execute(
                """insert into label_book_rules values (%s, %s, %s) on conflict (project_id)
                do update set rules = excluded.rules, valid_from = excluded.valid_from""",
                (project_id, rules, recorded.version),
            )
            _revise(project_id, recorded, sql, reason=reason)
        case LimitSampleApproved() as event:
            _approve(project_id, recorded, event, sql)
            _revise(project_id, recorded, sql, event.class_id, event.sample_id, event.note)
        case LimitSampleWithdrawn(sample_id=sample_id, reason=reason):
            _withdraw(project_id, sample_id, recorded, reason, sql)
            _revise(project_id, recorded, sql, _class_of(project_id, sample_id, sql), sample_id, reason)


def _define(project_id: str, version: int, event: DefectClassDefined | DefectClassRevised, sql: Sql) -> None:
    sql.execute(
        """insert into defect_class values (%s, %s, %s, %s, %s, %s, %s, %s, %s, null, %s)
        on conflict (project_id, class_id) do update set
            name = excluded.name, name_ja = excluded.name_ja, key = excluded.key,
            description = excluded.description, rule = excluded.rule, examples = excluded.examples,
            colour = excluded.colour, retired = null, valid_from = excluded.valid_from""",
        (
            project_id,
            event.class_id,
            event.name,
            event.name_ja,
            event.key,
            event.description,
            msgspec.json.encode(event.rule).decode() if event.rule else None,
            msgspec.json.encode(event.examples).decode(),
            event.colour,
            version,
        ),
    )


def _approve(project_id: str, recorded: Recorded, event: LimitSampleApproved, sql: Sql) -> None:
    """Approve it anew where it was approved before: nothing of then stays."""
    sql.execute(
        """insert into limit_sample values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, null, null, null, %s)
        on conflict (project_id, sample_id) do update set
            dataset_id = excluded.dataset_id, image_id = excluded.image_id, class_id = excluded.class_id,
            side = excluded.side, note = excluded.note, valid_until = excluded.valid_until,
            approved_by = excluded.approved_by, approved_at = excluded.approved_at,
            withdrawn = null, withdrawn_by = null, withdrawn_at = null, valid_from = excluded.valid_from""",
        (
            project_id,
            event.sample_id,
            event.dataset_id,
            event.image_id,
            event.class_id,
            event.side,
            event.note,
            event.valid_until,
            recorded.context.actor,
            recorded.recorded_at,
            recorded.version,
        ),
    )


def _withdraw(project_id: str, sample_id: str, recorded: Recorded, reason: str, sql: Sql) -> None:
    sql.execute(
        """update limit_sample set withdrawn = %s, withdrawn_by = %s, withdrawn_at = %s, valid_from = %s
        where project_id = %s and sample_id = %s""",
        (
            reason,
            recorded.context.actor,
            recorded.recorded_at,
            recorded.version,
            project_id,
            sample_id,
        ),
    )


def _class_of(project_id: str, sample_id: str, sql: Sql) -> str | None:
    row = sql.execute(
        "select class_id from limit_sample where project_id = %s and sample_id = %s",
        (project_id, sample_id),
    ).fetchone()
    return row["class_id"] if row else None


def _revise(
    project_id: str,
    recorded: Recorded,
    sql: Sql,
    class_id: str | None = None,
    sample_id: str | None = None,
    reason: str = "",
) -> None:
    sql.execute(
        """insert into label_book_revision
        select %s, coalesce(max(revision), 0) + 1, %s, %s, %s, %s, %s, %s, %s
        from label_book_revision where project_id = %s""",
        (
            project_id,
            recorded.version,
            type_of(recorded.event),
            class_id,
            sample_id,
            reason,
            recorded.context.actor,
            recorded.recorded_at,
            project_id,
        ),
    )


LABEL_BOOK_TABLES: Final = (DEFECT_CLASS, LABEL_BOOK_RULES, LIMIT_SAMPLE, LABEL_BOOK_REVISION)

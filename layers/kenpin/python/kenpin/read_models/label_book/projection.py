"""The label book and its limit samples at every revision: rows with a span of validity, and what each revision was."""

from collections.abc import Sequence
from typing import Final

import msgspec

from kenpin.domain.event import Recorded, type_of
from kenpin.domain.ids import id_of
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastInPlace

LABEL_BOOK_CLASS: Final = DeclaredTable(
    "label_book_class",
    """
    project_id  text not null,
    class_id    text not null,
    valid_from  bigint not null,
    valid_to    bigint,
    name        text not null,
    name_ja     text not null,
    key         int,
    description text not null,
    rule        jsonb,
    examples    jsonb not null,
    retired     text,
    primary key (project_id, class_id, valid_from)""",
    owner="project_id",
    past=PastInPlace(),
)
LABEL_BOOK_RULES: Final = DeclaredTable(
    "label_book_rules",
    """
    project_id text not null,
    valid_from bigint not null,
    valid_to   bigint,
    rules      text not null,
    primary key (project_id, valid_from)""",
    owner="project_id",
    past=PastInPlace(),
)
LIMIT_SAMPLE: Final = DeclaredTable(
    "limit_sample",
    """
    project_id   text not null,
    sample_id    text not null,
    valid_from   bigint not null,
    valid_to     bigint,
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
    withdrawn_at timestamptz,
    primary key (project_id, sample_id, valid_from)""",
    owner="project_id",
    past=PastInPlace(),
    after="""
create index if not exists limit_sample_of_class on limit_sample (project_id, class_id) where valid_to is null;""",
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


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(id_of(recorded.stream), recorded, sql)


def _project(project_id: str, recorded: Recorded, sql: Sql) -> None:
    match recorded.event:
        case DefectClassDefined(class_id=class_id) | DefectClassRevised(class_id=class_id) as event:
            _define(project_id, recorded.version, event, sql)
            _revise(project_id, recorded, sql, class_id=class_id)
        case DefectClassRetired(class_id=class_id, reason=reason):
            changed = {"retired": reason}
            _succeed("label_book_class", "class_id", (project_id, class_id, recorded.version), changed, sql)
            _revise(project_id, recorded, sql, class_id=class_id, reason=reason)
        case LabelBookRevised(rules=rules, reason=reason):
            _end("label_book_rules", "project_id", (project_id, project_id, recorded.version), sql)
            sql.execute(
                "insert into label_book_rules values (%s, %s, null, %s)",
                (project_id, recorded.version, rules),
            )
            _revise(project_id, recorded, sql, reason=reason)
        case LimitSampleApproved() as event:
            _approve(project_id, recorded, event, sql)
            _revise(project_id, recorded, sql, event.class_id, event.sample_id, event.note)
        case LimitSampleWithdrawn(sample_id=sample_id, reason=reason):
            changed = {
                "withdrawn": reason,
                "withdrawn_by": recorded.context.actor,
                "withdrawn_at": recorded.recorded_at.isoformat(),
            }
            _succeed("limit_sample", "sample_id", (project_id, sample_id, recorded.version), changed, sql)
            _revise(project_id, recorded, sql, _class_of(project_id, sample_id, sql), sample_id, reason)


Place = tuple[str, str, int]
"""project, id of the row's thing, version"""


def _end(table: str, key: str, place: Place, sql: Sql) -> None:
    """What is valid now is so up to this version."""
    project_id, id, version = place
    sql.execute(
        f"update {table} set valid_to = %s where project_id = %s and {key} = %s and valid_to is null",
        (version, project_id, id),
    )


def _succeed(table: str, key: str, place: Place, changed: dict[str, str], sql: Sql) -> None:
    """The row from this version on is the one before it with these columns changed."""
    project_id, id, version = place
    _end(table, key, place, sql)
    sql.execute(
        f"""insert into {table} select (jsonb_populate_record(t,
            jsonb_build_object('valid_from', %s::bigint, 'valid_to', null::bigint) || %s::jsonb)).*
        from {table} t where project_id = %s and {key} = %s and valid_to = %s""",
        (version, msgspec.json.encode(changed).decode(), project_id, id, version),
    )


def _define(project_id: str, version: int, event: DefectClassDefined | DefectClassRevised, sql: Sql) -> None:
    _end("label_book_class", "class_id", (project_id, event.class_id, version), sql)
    sql.execute(
        "insert into label_book_class values (%s, %s, %s, null, %s, %s, %s, %s, %s, %s, null)",
        (
            project_id,
            event.class_id,
            version,
            event.name,
            event.name_ja,
            event.key,
            event.description,
            msgspec.json.encode(event.rule).decode() if event.rule else None,
            msgspec.json.encode(event.examples).decode(),
        ),
    )


def _approve(project_id: str, recorded: Recorded, event: LimitSampleApproved, sql: Sql) -> None:
    _end("limit_sample", "sample_id", (project_id, event.sample_id, recorded.version), sql)
    sql.execute(
        "insert into limit_sample values (%s, %s, %s, null, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            project_id,
            event.sample_id,
            recorded.version,
            event.dataset_id,
            event.image_id,
            event.class_id,
            event.side,
            event.note,
            event.valid_until,
            recorded.context.actor,
            recorded.recorded_at,
        ),
    )


def _class_of(project_id: str, sample_id: str, sql: Sql) -> str | None:
    row = sql.execute(
        "select class_id from limit_sample where project_id = %s and sample_id = %s and valid_to is null",
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


TABLES: Final = (LABEL_BOOK_CLASS, LABEL_BOOK_RULES, LIMIT_SAMPLE, LABEL_BOOK_REVISION)
label_book = ReadModel("label_book", "project", TABLES, by_event(project))

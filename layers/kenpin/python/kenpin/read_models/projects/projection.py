"""Projection of projects: products, label book and policy."""

from collections.abc import Sequence
from typing import Final

import msgspec

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    InspectionPolicySet,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProductDefined,
    ProjectCreated,
    ReviewPolicySet,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

PROJECT: Final = DeclaredTable(
    "project",
    """
    project_id          text not null,
    name                text not null,
    label_book_revision int not null default 0,
    policy              jsonb,
    created_at          timestamptz not null,
    two_person boolean not null default false""",
    owner="project_id",
    past=PastByTrigger("project_id"),
)
PRODUCT: Final = DeclaredTable(
    "product",
    """
    project_id text not null,
    product_id text not null,
    name       text not null""",
    owner="project_id",
    past=PastByTrigger("project_id, product_id"),
)
DEFECT_CLASS: Final = DeclaredTable(
    "defect_class",
    """
    project_id  text not null,
    class_id    text not null,
    name        text not null,
    name_ja     text not null,
    key         int,
    description text not null,
    retired     text""",
    owner="project_id",
    past=PastByTrigger("project_id, class_id"),
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(id_of(recorded.stream), recorded, sql)


def _project(project_id: str, recorded: Recorded, sql: Sql) -> None:
    version = recorded.version
    match recorded.event:
        case ProjectCreated(name=name):
            sql.execute(
                "insert into project (project_id, name, created_at, valid_from) values (%s, %s, %s, %s)",
                (project_id, name, recorded.recorded_at, version),
            )
        case ProductDefined(product_id=product_id, name=name):
            sql.execute(
                """insert into product values (%s, %s, %s, %s) on conflict (project_id, product_id)
                do update set name = excluded.name, valid_from = excluded.valid_from""",
                (project_id, product_id, name, version),
            )
        case DefectClassDefined() | DefectClassRevised() as event:
            _define(project_id, version, event, sql)
            _revise_book(project_id, version, sql)
        case DefectClassRetired(class_id=class_id, reason=reason):
            sql.execute(
                """update defect_class set retired = %s, valid_from = %s
                where project_id = %s and class_id = %s""",
                (reason, version, project_id, class_id),
            )
            _revise_book(project_id, version, sql)
        case LabelBookRevised() | LimitSampleApproved() | LimitSampleWithdrawn():
            _revise_book(project_id, version, sql)
        case InspectionPolicySet() as event:
            policy = msgspec.json.encode({f: getattr(event, f) for f in event.__struct_fields__}).decode()
            sql.execute(
                "update project set policy = %s, valid_from = %s where project_id = %s",
                (policy, version, project_id),
            )
        case ReviewPolicySet(two_person=two_person):
            sql.execute(
                "update project set two_person = %s, valid_from = %s where project_id = %s",
                (two_person, version, project_id),
            )


def _define(project_id: str, version: int, event: DefectClassDefined | DefectClassRevised, sql: Sql) -> None:
    sql.execute(
        """insert into defect_class values (%s, %s, %s, %s, %s, %s, null, %s)
        on conflict (project_id, class_id) do update set
            name = excluded.name, name_ja = excluded.name_ja, key = excluded.key,
            description = excluded.description, retired = null, valid_from = excluded.valid_from""",
        (project_id, event.class_id, event.name, event.name_ja, event.key, event.description, version),
    )


def _revise_book(project_id: str, version: int, sql: Sql) -> None:
    sql.execute(
        """update project set label_book_revision = label_book_revision + 1, valid_from = %s
        where project_id = %s""",
        (version, project_id),
    )


projects = ReadModel("projects", "project", (PROJECT, PRODUCT, DEFECT_CLASS), by_event(project))

"""Projects: products, the label book and the policy, as they stand."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    InspectionPolicySet,
    ProductDefined,
    ProjectCreated,
    ReviewPolicySet,
)
from kenpin.read_models.database import Row, Sql
from kenpin.read_models.projection import ReadModel

TABLE: Final = """
create table if not exists project (
    project_id          text primary key,
    name                text not null,
    label_book_revision int not null default 0,
    policy              jsonb,
    created_at          timestamptz not null
);
create table if not exists product (
    project_id text not null,
    product_id text not null,
    name       text not null,
    primary key (project_id, product_id)
);
alter table project add column if not exists two_person boolean not null default false;
create table if not exists defect_class (
    project_id  text not null,
    class_id    text not null,
    name        text not null,
    name_ja     text not null,
    key         int,
    description text not null,
    retired     text,
    primary key (project_id, class_id)
);
"""


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    for recorded in batch:
        _project(id_of(recorded.stream), recorded, sql)


def _project(project_id: str, recorded: Recorded, sql: Sql) -> None:
    match recorded.event:
        case ProjectCreated(name=name):
            sql.execute(
                "insert into project (project_id, name, created_at) values (%s, %s, %s)",
                (project_id, name, recorded.recorded_at),
            )
        case ProductDefined(product_id=product_id, name=name):
            sql.execute(
                """insert into product values (%s, %s, %s)
                on conflict (project_id, product_id) do update set name = excluded.name""",
                (project_id, product_id, name),
            )
        case DefectClassDefined() | DefectClassRevised() as event:
            _define(project_id, event, sql)
            _revise_book(project_id, sql)
        case DefectClassRetired(class_id=class_id, reason=reason):
            sql.execute(
                "update defect_class set retired = %s where project_id = %s and class_id = %s",
                (reason, project_id, class_id),
            )
            _revise_book(project_id, sql)
        case InspectionPolicySet() as event:
            policy = msgspec.json.encode({f: getattr(event, f) for f in event.__struct_fields__}).decode()
            sql.execute("update project set policy = %s where project_id = %s", (policy, project_id))
        case ReviewPolicySet(two_person=two_person):
            sql.execute("update project set two_person = %s where project_id = %s", (two_person, project_id))


def _define(project_id: str, event: DefectClassDefined | DefectClassRevised, sql: Sql) -> None:
    sql.execute(
        """insert into defect_class values (%s, %s, %s, %s, %s, %s, null)
        on conflict (project_id, class_id) do update set
            name = excluded.name, name_ja = excluded.name_ja, key = excluded.key,
            description = excluded.description, retired = null""",
        (project_id, event.class_id, event.name, event.name_ja, event.key, event.description),
    )


def _revise_book(project_id: str, sql: Sql) -> None:
    sql.execute(
        "update project set label_book_revision = label_book_revision + 1 where project_id = %s",
        (project_id,),
    )


FIELDS: Final = """
select p.project_id, p.name, p.label_book_revision, p.policy, p.two_person, p.created_at,
    coalesce(c.version, 0) as version,
    (select count(*) from dataset d where d.project_id = p.project_id) as datasets,
    (select coalesce(jsonb_agg(to_jsonb(k) - 'project_id' order by k.key nulls last, k.class_id), '[]')
        from defect_class k where k.project_id = p.project_id) as defect_classes,
    (select coalesce(jsonb_agg(to_jsonb(r) - 'project_id' order by r.product_id), '[]')
        from product r where r.project_id = p.project_id) as products
from project p left join checkpoint c on c.projection = 'projects' and c.stream = 'project-' || p.project_id
"""


def one(sql: Sql, project_id: str) -> Row | None:
    return sql.execute(f"{FIELDS} where p.project_id = %s", (project_id,)).fetchone()


def page(sql: Sql, after: str, limit: int) -> list[Row]:
    return sql.execute(
        f"{FIELDS} where p.project_id > %s order by p.project_id limit %s", (after, limit)
    ).fetchall()


def policy(sql: Sql, project_id: str) -> dict[str, float]:
    """What the inspection policy sets; empty where nobody set one."""
    row = sql.execute(
        "select jsonb_strip_nulls(policy) as policy from project where project_id = %s", (project_id,)
    ).fetchone()
    return (row and row["policy"]) or {}


def asks_two_people(sql: Sql, project_id: str) -> bool:
    """Whether an annotation counts only when somebody else has accepted it."""
    row = sql.execute("select two_person from project where project_id = %s", (project_id,)).fetchone()
    return bool(row and row["two_person"])


class LabelBook(Struct, frozen=True):
    """The label standard as it stands."""

    revision: int
    classes: frozenset[str]
    """Those that take annotations."""


def label_book(sql: Sql, dataset_id: str) -> LabelBook | None:
    """The book that images of this dataset are judged by."""
    row = sql.execute(
        """select label_book_revision, (select coalesce(array_agg(class_id), '{}') from defect_class k
            where k.project_id = p.project_id and retired is null) as classes
        from dataset join project p using (project_id) where dataset_id = %s""",
        (dataset_id,),
    ).fetchone()
    return LabelBook(row["label_book_revision"], frozenset(row["classes"])) if row else None


projects = ReadModel("projects", "project", TABLE, project)

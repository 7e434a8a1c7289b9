"""Projects: products, the label book and the policy, as they stand."""

from collections.abc import Sequence
from datetime import datetime
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
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProductDefined,
    ProjectCreated,
    ReviewPolicySet,
)
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.projection import AT

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


def _fields(moment: Moment, version: str = "%(as_of)s") -> str:
    """Projects as they stood; `version` is SQL for the version of a project's stream."""
    return f"""
select p.project_id, p.name, p.label_book_revision, p.policy, p.two_person, p.created_at,
    {"coalesce(c.version, 0)" if moment is None else version} as version,
    (select count(*) from dataset d where d.project_id = p.project_id and {_opened(moment)}) as datasets,
    (select coalesce(jsonb_agg(to_jsonb(k) - 'project_id' order by k.key nulls last, k.class_id), '[]')
        from {rows_of("defect_class", moment)} k
        where k.project_id = p.project_id and {valid("k", moment, version)}) as defect_classes,
    (select coalesce(jsonb_agg(to_jsonb(r) - 'project_id' order by r.product_id), '[]')
        from {rows_of("product", moment)} r
        where r.project_id = p.project_id and {valid("r", moment, version)}) as products
from {rows_of("project", moment)} p
left join checkpoint c on c.projection = 'projects' and c.stream = 'project-' || p.project_id"""


def _opened(moment: Moment) -> str:
    """The condition that a dataset was there: by a time, or before the project had a later version."""
    match moment:
        case None:
            return "true"
        case int():
            return """d.created_at < coalesce((select recorded_at from change where stream = 'project-' || p.project_id
                and first > %(as_of)s order by first limit 1), 'infinity')"""
        case _:
            return "d.created_at <= %(as_of)s"


def one(sql: Sql, project_id: str, as_of: int | None = None) -> Row | None:
    query = f"{_fields(as_of)} where p.project_id = %(project)s and {valid('p', as_of)}"
    return sql.execute(query, {"project": project_id, "as_of": as_of}).fetchone()


def page(
    sql: Sql, projects: list[str] | None, after: str, limit: int, as_of: datetime | None = None
) -> list[Row]:
    """These (None: all) by id, those after `after`."""
    version = AT.format(stream="'project-' || p.project_id")
    return sql.execute(
        f"""{_fields(as_of, version)} where (%(projects)s::text[] is null or p.project_id = any(%(projects)s))
        and p.project_id > %(after)s and {valid("p", as_of, version)} order by p.project_id limit %(limit)s""",
        {"projects": projects, "after": after, "limit": limit, "as_of": as_of},
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
    retired: dict[str, str]
    """Those that take none any more → why."""


def label_book(sql: Sql, dataset_id: str) -> LabelBook | None:
    """The book that images of this dataset are judged by."""
    row = sql.execute(
        """select label_book_revision, (select coalesce(array_agg(class_id), '{}') from defect_class k
            where k.project_id = p.project_id and retired is null) as classes,
            (select coalesce(jsonb_object_agg(class_id, retired), '{}') from defect_class k
            where k.project_id = p.project_id and retired is not null) as retired
        from dataset join project p using (project_id) where dataset_id = %s""",
        (dataset_id,),
    ).fetchone()
    if row is None:
        return None
    return LabelBook(row["label_book_revision"], frozenset(row["classes"]), row["retired"])


projects = ReadModel("projects", "project", (PROJECT, PRODUCT, DEFECT_CLASS), by_event(project))

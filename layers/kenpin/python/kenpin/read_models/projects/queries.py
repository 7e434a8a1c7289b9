"""Queries about projects: list, one, policy, the label book in force."""

from datetime import datetime

from msgspec import Struct

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.queries import AT


def _fields(moment: Moment, version: str = "%(as_of)s") -> str:
    """Projects as they stood; `version` is SQL for the version of a project's stream."""
    return f"""
select p.project_id, p.name, p.policy, p.gates, p.suggestion_mix, p.two_person, p.hide_verdict,
    p.judgement_reasons, p.time_zone, p.automatic_inspection, p.created_at,
    {_book_revision(moment, version)} as label_book_revision,
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


def _book_revision(moment: Moment, version: str = "%(as_of)s") -> str:
    """The number of the label book's revision then; 0 for the empty book."""
    then = "true" if moment is None else f"b.version <= {version}"
    return f"""(select coalesce(max(b.revision), 0) from label_book_revision b
        where b.project_id = p.project_id and {then})"""


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
    """Return the terms of the inspection policy; empty where nobody set one."""
    row = sql.execute(
        "select jsonb_strip_nulls(policy) as policy from project where project_id = %s", (project_id,)
    ).fetchone()
    return (row and row["policy"]) or {}


def asks_two_people(sql: Sql, project_id: str) -> bool:
    """Return True when an annotation counts only once another person has accepted it."""
    row = sql.execute("select two_person from project where project_id = %s", (project_id,)).fetchone()
    return bool(row and row["two_person"])


def time_zone(sql: Sql, project_id: str) -> str | None:
    """Return the time zone of the project's site; None where nobody set one."""
    row = sql.execute("select time_zone from project where project_id = %s", (project_id,)).fetchone()
    return row["time_zone"] if row else None


class LabelBookRows(Struct, frozen=True):
    """The label standard as it stands."""

    revision: int
    classes: frozenset[str]
    """Classes in use."""
    retired: dict[str, str]
    """Retired classes → the reason."""


def label_book(sql: Sql, dataset_id: str) -> LabelBookRows | None:
    """The book that images of this dataset are judged by."""
    row = sql.execute(
        f"""select {_book_revision(None)} as revision,
            (select coalesce(array_agg(class_id), '{{}}') from defect_class k
            where k.project_id = p.project_id and retired is null) as classes,
            (select coalesce(jsonb_object_agg(class_id, retired), '{{}}') from defect_class k
            where k.project_id = p.project_id and retired is not null) as retired
        from dataset join project p using (project_id) where dataset_id = %s""",
        (dataset_id,),
    ).fetchone()
    if row is None:
        return None
    return LabelBookRows(row["revision"], frozenset(row["classes"]), row["retired"])

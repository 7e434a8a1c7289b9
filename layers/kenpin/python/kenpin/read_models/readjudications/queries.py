"""Queries about re-adjudications: open items in their order, and the outcomes."""

from typing import Final, Literal

from kenpin.projections.database import Row, Sql

State = Literal["open", "closed", "all"]

FIELDS: Final = """
select r.readjudication_id, r.dataset_id, r.version, r.class_id, r.sample_id, r.cause, r.run_id,
    r.label_book_revision, r.size, r.requested_at, i.*
from readjudication r cross join lateral (
    select count(*) filter (where valid_to is null or valid_to > %(as_of)s) as open,
        count(*) filter (where outcome = 'kept' and valid_to <= %(as_of)s) as kept,
        count(*) filter (where outcome = 'changed' and valid_to <= %(as_of)s) as changed,
        count(*) filter (where outcome in ('excluded', 'erased', 'withdrawn', 'superseded')
            and valid_to <= %(as_of)s) as gone,
        max(answered_at) filter (where outcome in ('kept', 'changed') and valid_to <= %(as_of)s) as last_answered_at,
        sum(seconds_spent) filter (where outcome in ('kept', 'changed') and valid_to <= %(as_of)s) as seconds_spent
    from readjudication_item i where (i.dataset_id, i.readjudication_id) = (r.dataset_id, r.readjudication_id)
) as i
where r.dataset_id = %(dataset)s and r.version <= %(as_of)s"""

ITEMS: Final = """
select image_id, rank, reason, distance, score, old_verdict, old_classes,
    case when valid_to <= %(as_of)s then outcome end as outcome,
    case when valid_to <= %(as_of)s then new_verdict end as new_verdict,
    case when valid_to <= %(as_of)s then new_classes end as new_classes,
    case when valid_to <= %(as_of)s then answered_by end as answered_by,
    case when valid_to <= %(as_of)s then answered_at end as answered_at
from readjudication_item
where dataset_id = %(dataset)s and readjudication_id = %(id)s and valid_from <= %(as_of)s and rank > %(after)s and {}
order by rank limit %(limit)s"""
STATES: Final[dict[State, str]] = {
    "open": "(valid_to is null or valid_to > %(as_of)s)",
    "closed": "valid_to <= %(as_of)s",
    "all": "true",
}

CHANGES: Final = """
select old_verdict, old_classes, new_verdict, new_classes, count(*) as images
from readjudication_item
where dataset_id = %s and readjudication_id = %s and outcome in ('kept', 'changed') and valid_to <= %s
group by 1, 2, 3, 4 order by images desc, 1, 2, 3, 4"""


def page(sql: Sql, dataset_id: str, as_of: int, before: int | None, limit: int) -> list[Row]:
    """Requests with how far each is, newest first; `before` is the version of the last one shown."""
    return sql.execute(
        f"{FIELDS} and (%(before)s::bigint is null or r.version < %(before)s) order by r.version desc limit %(limit)s",
        {"dataset": dataset_id, "as_of": as_of, "before": before, "limit": limit},
    ).fetchall()


def one(sql: Sql, dataset_id: str, readjudication_id: str, as_of: int) -> Row | None:
    return sql.execute(
        f"{FIELDS} and r.readjudication_id = %(id)s",
        {"dataset": dataset_id, "as_of": as_of, "id": readjudication_id},
    ).fetchone()


def items(
    sql: Sql, dataset_id: str, readjudication_id: str, state: State, as_of: int, after: int, limit: int
) -> list[Row]:
    """Most urgent first, those after rank `after`; what a later version says is not told."""
    asked = {"dataset": dataset_id, "id": readjudication_id, "as_of": as_of, "after": after, "limit": limit}
    return sql.execute(ITEMS.format(STATES[state]), asked).fetchall()


def changes(sql: Sql, dataset_id: str, readjudication_id: str, as_of: int) -> list[Row]:
    """Return the counts of changed decisions by old and new verdict; a kept one goes from itself to itself."""
    return sql.execute(CHANGES, (dataset_id, readjudication_id, as_of)).fetchall()

"""Queries about re-adjudications: open items in their order, and the outcomes."""

from typing import Final, Literal

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of, valid

State = Literal["open", "closed", "all"]

ITEMS_THEN: Final = f"(select * from {rows_of('readjudication_item', 0)} as item where {valid('item', 0)})"
"""Items as they stood: what a later version says is not told."""
FIELDS: Final = f"""
select r.readjudication_id, r.dataset_id, r.version, r.class_id, r.sample_id, r.cause, r.run_id,
    r.label_book_revision, r.size, r.requested_at, i.*
from readjudication r cross join lateral (
    select count(*) filter (where outcome is null) as open,
        count(*) filter (where outcome = 'kept') as kept,
        count(*) filter (where outcome = 'changed') as changed,
        count(*) filter (where outcome in ('excluded', 'erased', 'withdrawn', 'superseded')) as gone,
        max(answered_at) filter (where outcome in ('kept', 'changed')) as last_answered_at,
        sum(seconds_spent) filter (where outcome in ('kept', 'changed')) as seconds_spent
    from {ITEMS_THEN} i where (i.dataset_id, i.readjudication_id) = (r.dataset_id, r.readjudication_id)
) as i
where r.dataset_id = %(dataset)s and r.version <= %(as_of)s"""

ITEMS: Final = f"""
select image_id, rank, reason, distance, score, old_verdict, old_classes, outcome, new_verdict, new_classes,
    answered_by, answered_at
from {ITEMS_THEN} i
where dataset_id = %(dataset)s and readjudication_id = %(id)s and rank > %(after)s and {{}}
order by rank limit %(limit)s"""
STATES: Final[dict[State, str]] = {
    "open": "outcome is null",
    "closed": "outcome is not null",
    "all": "true",
}

CHANGES: Final = f"""
select old_verdict, old_classes, new_verdict, new_classes, count(*) as images
from {ITEMS_THEN} i
where dataset_id = %(dataset)s and readjudication_id = %(id)s and outcome in ('kept', 'changed')
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
    return sql.execute(CHANGES, {"dataset": dataset_id, "id": readjudication_id, "as_of": as_of}).fetchall()

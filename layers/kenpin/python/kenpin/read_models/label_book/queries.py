"""Queries about the label book as of a version, its revisions, and its limit samples."""

from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of, valid

BOOK: Final = f"""
select r.revision, r.version, r.at,
    coalesce((select rules from {rows_of("label_book_rules", 0)} b
        where b.project_id = %(project)s and {valid("b", 0)}), '') as rules,
    (select coalesce(jsonb_agg(to_jsonb(k) - 'project_id' - 'valid_to' order by k.key nulls last, k.class_id), '[]')
        from {rows_of("defect_class", 0)} k where k.project_id = %(project)s and {valid("k", 0)}) as classes
from (select coalesce(max(revision), 0) as revision, %(as_of)s::bigint as version, max(at) as at
    from label_book_revision where project_id = %(project)s and version <= %(as_of)s) as r"""

SAMPLES: Final = f"""
select s.*, s.valid_until < %(today)s::date as expired from {rows_of("limit_sample", 0)} s
where s.project_id = %(project)s and {valid("s", 0)} and (%(class)s::text is null or s.class_id = %(class)s)
order by s.class_id, s.side, s.approved_at desc, s.sample_id"""

REVISIONS: Final = """
select revision, version, what, class_id, sample_id, reason, by, at from label_book_revision
where project_id = %s and (%s::bigint is null or revision < %s) order by revision desc limit %s"""


def book(sql: Sql, project_id: str, as_of: int) -> Row:
    """Return the book at this version: `revision`, when it came, `rules` for every class, `classes`."""
    row = sql.execute(BOOK, {"project": project_id, "as_of": as_of}).fetchone()
    assert row is not None, "an aggregate has a row"
    return row


def samples(sql: Sql, project_id: str, as_of: int, today: datetime, class_id: str | None = None) -> list[Row]:
    """Limit samples, withdrawn and expired ones too; `expired`: the last day had passed on this day (UTC)."""
    asked = {"project": project_id, "as_of": as_of, "today": today, "class": class_id}
    return sql.execute(SAMPLES, asked).fetchall()


def revisions(sql: Sql, project_id: str, before: int | None, limit: int) -> list[Row]:
    """Return the revisions, newest first."""
    return sql.execute(REVISIONS, (project_id, before, before, limit)).fetchall()


def version_of(sql: Sql, project_id: str, revision: int) -> int | None:
    """The version of the project's stream that made this revision; 0 for the empty book."""
    if revision == 0:
        return 0
    row = sql.execute(
        "select version from label_book_revision where project_id = %s and revision = %s",
        (project_id, revision),
    ).fetchone()
    return row["version"] if row else None

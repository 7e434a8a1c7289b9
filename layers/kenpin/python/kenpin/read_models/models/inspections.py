"""Queries about inspections: those of a model, and one."""

from kenpin.projections.database import Row, Sql


def page(sql: Sql, model_id: str, before: int | None, limit: int) -> list[Row]:
    """Return the inspections of a model, newest first; `before` is the version that the page before ended with."""
    return sql.execute(
        """select * from inspection where model_id = %(model)s and (%(before)s::bigint is null or version < %(before)s)
        order by version desc limit %(limit)s""",
        {"model": model_id, "before": before, "limit": limit},
    ).fetchall()


def one(sql: Sql, model_id: str, inspection_id: str) -> Row | None:
    return sql.execute(
        "select * from inspection where model_id = %s and inspection_id = %s", (model_id, inspection_id)
    ).fetchone()

"""Queries about suggestions: the latest, open candidates."""

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import Moment, rows_of, valid


def latest(sql: Sql, dataset_id: str, as_of: int | None = None) -> Row | None:
    """The current suggestion, or that of then, with the number of candidates still open."""
    return sql.execute(
        f"""select suggestion_id, policy, run_id, size, version, suggested_at,
            (select count(*) from {rows_of("candidate", as_of)} c where c.dataset_id = s.dataset_id
                and c.suggestion_id = s.suggestion_id and {open_then("c", as_of)}) as open
        from suggestion s where dataset_id = %(dataset)s and (%(as_of)s::bigint is null or version <= %(as_of)s)
        order by version desc limit 1""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchone()


def open_then(alias: str, as_of: Moment, version: str = "%(as_of)s") -> str:
    """The condition that a candidate waited for a look, among the rows of then."""
    return f"{alias}.outcome is null and {valid(alias, as_of, version)}"


def current(dataset: str, version: str = "%(as_of)s") -> str:
    """SQL for the suggestion of a dataset that was current then: its candidates are found by their key."""
    return f"""(select s.suggestion_id from suggestion s where s.dataset_id = {dataset}
        and s.version <= {version} order by s.version desc limit 1)"""

"""Queries about commits: the timeline, versions of times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.read_models.history.projection import COLUMNS

AT: Final = """(select last from change where stream = {stream} and recorded_at <= %(as_of)s
    order by recorded_at desc, last desc limit 1)"""
"""SQL for the version that a stream had reached at a time; null before its first commit."""


def version_at(sql: Sql, stream: str, time: datetime) -> int | None:
    """The version that the stream had reached then; None before its first commit."""
    row = sql.execute(
        f"select {AT.format(stream='%(stream)s')} as version", {"stream": stream, "as_of": time}
    ).fetchone()
    return row["version"] if row else None


def holding(sql: Sql, stream: str, version: int) -> Row | None:
    """The commit that this version is in."""
    return sql.execute(
        f"select {COLUMNS} from change where stream = %s and first <= %s and last >= %s order by first desc limit 1",
        (stream, version, version),
    ).fetchone()


def holding_each(sql: Sql, stream: str, versions: Sequence[int]) -> dict[int, Row]:
    """The commit that each of these versions is in; one that holds many comes once."""
    rows = sql.execute(
        f"""select held.versions, change.* from (
            select found.first, array_agg(asked.version) as versions
            from unnest(%(versions)s::bigint[]) as asked (version) cross join lateral (
                select first from change where stream = %(stream)s and first <= asked.version
                order by first desc limit 1
            ) as found group by found.first
        ) as held cross join lateral (
            select {COLUMNS} from change where stream = %(stream)s and first = held.first limit 1
        ) as change""",
        {"versions": list(versions), "stream": stream},
    )
    return {version: row for row in rows for version in row["versions"]}


def ends_at(sql: Sql, streams: Sequence[str], time: datetime) -> list[Row]:
    """Stream, version and hash of the last commit that each of them had then; those not there yet are left out."""
    return sql.execute(
        """select asked.stream, ended.* from unnest(%s::text[]) with ordinality as asked (stream, place)
        cross join lateral (
            select last as version, hash from change where stream = asked.stream and recorded_at <= %s
            order by recorded_at desc, last desc limit 1
        ) as ended order by place""",
        (list(streams), time),
    ).fetchall()


def page(sql: Sql, stream: str, upto: int | None, limit: int, batch_id: str | None = None) -> list[Row]:
    """Commits, newest first, those that begin at or before version `upto`."""
    return sql.execute(
        f"""select {COLUMNS} from change where stream = %(stream)s
            and (%(upto)s::bigint is null or first <= %(upto)s)
            and (%(batch)s::text is null or batch_id = %(batch)s)
        order by first desc limit %(limit)s""",
        {"stream": stream, "upto": upto, "batch": batch_id, "limit": limit},
    ).fetchall()


def commits_of(sql: Sql, dataset_id: str, batch_id: str) -> list[tuple[int, int]]:
    """Return the versions of a batch, an action of several commits: first and last of each commit, in order."""
    rows = sql.execute(
        "select first, last from change where stream = %s and batch_id = %s order by first",
        (f"dataset-{dataset_id}", batch_id),
    )
    return [(row["first"], row["last"]) for row in rows]

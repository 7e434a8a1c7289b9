"""Queries about commits: the timeline, versions of times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import KEY, at
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


class ChangeFilter(Struct, frozen=True):
    """The commits of a timeline that are wanted: of a batch, a person, with an event of a type, of a time."""

    batch_id: str | None = None
    actor: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(sql: Sql, stream: str, upto: int | None, limit: int, wanted: ChangeFilter) -> list[Row]:
    """Commits, newest first, those that begin at or before version `upto`."""
    return sql.execute(
        f"""select {COLUMNS} from change where stream = %(stream)s
            and (%(upto)s::bigint is null or first <= %(upto)s)
            and (%(batch_id)s::text is null or batch_id = %(batch_id)s)
            and (%(actor)s::text is null or actor = %(actor)s)
            and (%(event)s::text is null or events ->> %(event)s is not null)
            and (%(since)s::timestamptz is null or recorded_at >= %(since)s)
            and (%(until)s::timestamptz is null or recorded_at < %(until)s)
        order by first desc limit %(limit)s""",
        {"stream": stream, "upto": upto, "limit": limit, **asdict(wanted)},
    ).fetchall()


ACTORS: Final = """with recursive found (actor) as (
    (select actor from change where stream = %(stream)s order by actor limit 1)
    union all
    select (select actor from change where stream = %(stream)s and actor > found.actor order by actor limit 1)
    from found where found.actor is not null
)
select actor from found where actor is not null"""
"""The index leads from each actor to the next, whatever the number of commits."""


def actors(sql: Sql, stream: str) -> list[Row]:
    """Return the actors who appended to a stream, in order."""
    return sql.execute(ACTORS, {"stream": stream}).fetchall()


# What ends a state is a change, and what begins an image is its place: both by an index, whatever the dataset's size.
CHANGED_IMAGES: Final = f"""
select part.first, named.* from unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) as part (first, last)
cross join lateral (
    select distinct ordinal from (
        (select ordinal from image_past where dataset_key = {KEY}
            and valid_to between part.first and part.last order by valid_to limit %(most)s)
        union all
        (select ordinal from image where dataset_key = {KEY}
            and ordinal between part.first and part.last order by ordinal limit %(most)s)
    ) as changed order by ordinal limit %(most)s
) as touched
cross join lateral (
    select i.image_id, i.name, s.verdict from image i cross join lateral ({at("part.last")}) as s
    where i.dataset_key = {KEY} and i.ordinal = touched.ordinal limit 1
) as named"""


def changed_images(sql: Sql, dataset_id: str, commits: Sequence[Row], most: int) -> dict[int, list[Row]]:
    """Return, by the first version of each commit, at most so many images that it changed, as they stood after it."""
    firsts, lasts = [row["first"] for row in commits], [row["last"] for row in commits]
    asked = {"dataset": dataset_id, "firsts": firsts, "lasts": lasts, "most": most}
    found: dict[int, list[Row]] = {}
    for row in sql.execute(CHANGED_IMAGES, asked):
        found.setdefault(row["first"], []).append(row)
    return found


def are_judgements_of(sql: Sql, dataset_id: str, versions: Sequence[tuple[int, int]], actor: str) -> bool:
    """Return True when this person made all commits of these versions, and they hold judgements alone."""
    found = sql.execute(
        """select from unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) as part (first, last)
        join change c on c.stream = %(stream)s and c.first <= part.last and c.last >= part.first
        where c.actor <> %(actor)s or (c.events::jsonb - 'AnnotationSubmitted') <> '{}' limit 1""",
        {
            "stream": f"dataset-{dataset_id}",
            "firsts": [first for first, _ in versions],
            "lasts": [last for _, last in versions],
            "actor": actor,
        },
    ).fetchone()
    return found is None


def commits_of(sql: Sql, dataset_id: str, batch_id: str) -> list[tuple[int, int]]:
    """Return the versions of a batch, an action of several commits: first and last of each commit, in order."""
    rows = sql.execute(
        "select first, last from change where stream = %s and batch_id = %s order by first",
        (f"dataset-{dataset_id}", batch_id),
    )
    return [(row["first"], row["last"]) for row in rows]

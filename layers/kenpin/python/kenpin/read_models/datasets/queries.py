"""Queries about datasets: list, one, tags, counts of labels."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of
from kenpin.read_models.datasets import regions, scales, windows
from kenpin.read_models.gallery import counts
from kenpin.read_models.history.queries import AT
from kenpin.read_models.suggestions.queries import current, open_then

CELL: Final = "jsonb_build_object('split', split, 'verdict', verdict, 'excluded', excluded, 'images', images)"
TAG: Final = "t.name, tagged_version as version, note, tagged_at as at, tagged_by as by"

FIELDS: Final = f"""
select d.dataset_id, d.project_id, d.name, d.created_at, d.updated_at,
    coalesce(c.version, 0) as version, coalesce(c.hash, '') as hash,
    (select coalesce(jsonb_agg({CELL}), '[]')
        from image_count i where i.dataset_id = d.dataset_id and images > 0) as cells,
    (select coalesce(jsonb_agg(to_jsonb(named) order by given_in), '[]') from (
        select {TAG}, t.version as given_in from dataset_tag t where t.dataset_id = d.dataset_id) named) as tags,
    (select count(*) from candidate k where k.dataset_id = d.dataset_id and k.outcome is null) as suggested,
    {windows.as_json("d.dataset_id", None)} as windows,
    {regions.as_json("d.dataset_id", None)} as regions,
    {scales.as_json("d.dataset_id", None)} as scales
from dataset d left join checkpoint c on c.projection = 'gallery' and c.stream = 'dataset-' || d.dataset_id
"""

THEN: Final = f"""
select d.dataset_id, d.project_id, d.name, d.created_at, held.recorded_at as updated_at,
    moment.version, case when held.last = moment.version then held.hash else '' end as hash,
    (select coalesce(jsonb_agg({CELL}), '[]') from ({counts.then("d.dataset_id", "moment.version")}) i
        where class_id = '') as cells,
    (select coalesce(jsonb_agg(to_jsonb(named) order by given_in), '[]') from (
        select {TAG}, t.version as given_in from dataset_tag t
        where t.dataset_id = d.dataset_id and t.version <= moment.version) named) as tags,
    (select count(*) from {rows_of("candidate", 0)} k where k.dataset_id = d.dataset_id
        and k.suggestion_id = {current("d.dataset_id", "moment.version")}
        and {open_then("k", 0, "moment.version")}) as suggested,
    {windows.as_json("d.dataset_id", "moment.version")} as windows,
    {regions.as_json("d.dataset_id", "moment.version")} as regions,
    {scales.as_json("d.dataset_id", "moment.version")} as scales
from dataset d cross join lateral (select {{version}} as version) as moment
cross join lateral (
    select last, hash, recorded_at from change where stream = 'dataset-' || d.dataset_id and first <= moment.version
    order by first desc limit 1
) as held
"""
"""The same at a version. A dataset's name and project are those it was created with."""


def one(sql: Sql, dataset_id: str, as_of: int | None = None) -> Row | None:
    fields = FIELDS if as_of is None else THEN.format(version="%(as_of)s::bigint")
    query = f"{fields} where d.dataset_id = %(dataset)s"
    return sql.execute(query, {"dataset": dataset_id, "as_of": as_of}).fetchone()


def page(
    sql: Sql, projects: list[str] | None, after: str, limit: int, as_of: datetime | None = None
) -> list[Row]:
    """Datasets by id, those after `after`; of these projects or of all."""
    fields = FIELDS if as_of is None else THEN.format(version=AT.format(stream="'dataset-' || d.dataset_id"))
    return sql.execute(
        f"""{fields} where (%(projects)s::text[] is null or d.project_id = any(%(projects)s))
        and d.dataset_id > %(after)s order by d.dataset_id limit %(limit)s""",
        {"projects": projects, "after": after, "limit": limit, "as_of": as_of},
    ).fetchall()


def tags(sql: Sql, dataset_id: str, as_of: int | None = None) -> list[Row]:
    """Return the tags given by then, oldest first."""
    return sql.execute(
        f"""select {TAG} from dataset_tag t where dataset_id = %(dataset)s
        and (%(as_of)s::bigint is null or t.version <= %(as_of)s) order by t.version""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchall()


def tagged(sql: Sql, dataset_id: str, name: str) -> int | None:
    """The version that the tag names."""
    query = "select tagged_version from dataset_tag where dataset_id = %s and name = %s"
    row = sql.execute(query, (dataset_id, name)).fetchone()
    return row["tagged_version"] if row else None


def project_of(sql: Sql, dataset_id: str) -> str | None:
    row = sql.execute("select project_id from dataset where dataset_id = %s", (dataset_id,)).fetchone()
    return row["project_id"] if row else None


def has_images(sql: Sql, dataset_id: str) -> bool:
    query = "select from image_count where dataset_id = %s and images > 0 limit 1"
    return sql.execute(query, (dataset_id,)).fetchone() is not None


def pool_size(sql: Sql, dataset_id: str) -> int:
    """Return the number of unlabelled images that a run may learn from later."""
    return judged_to_learn_from(sql, dataset_id, None)["unlabelled"]


def newest_scored(sql: Sql, project_id: str) -> dict[str, str | None]:
    """Each dataset of the project → the newest run whose model has scored it, if there is one."""
    rows = sql.execute(
        """select dataset_id, (select run_id from run r where r.dataset_id = d.dataset_id
            and status = 'succeeded' and predictions is not null order by requested_at desc limit 1) as run_id
        from dataset d where project_id = %s order by dataset_id""",
        (project_id,),
    )
    return {row["dataset_id"]: row["run_id"] for row in rows}


def projects_of(sql: Sql, dataset_ids: Collection[str]) -> dict[str, str]:
    """Dataset → its project; those that the rows do not know are left out."""
    found = sql.execute(
        "select dataset_id, project_id from dataset where dataset_id = any(%s)", (list(dataset_ids),)
    )
    return {row["dataset_id"]: row["project_id"] for row in found}


def judged_to_learn_from(sql: Sql, dataset_id: str, as_of: int | None) -> dict[str, int]:
    """Return the images of the training split by verdict, excluded ones left out, reviews not looked at."""
    if as_of is None:
        cells = sql.execute("select * from image_count where dataset_id = %s", (dataset_id,)).fetchall()
    else:
        cells = [cell for cell in counts.at_version(sql, dataset_id, as_of) if not cell["class_id"]]
    found: Counter[str] = Counter()
    for cell in cells:
        if not cell["excluded"] and cell["split"] in ("train", "unassigned"):
            found[cell["verdict"]] += cell["images"]
    return found

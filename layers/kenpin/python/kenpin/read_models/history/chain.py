"""Queries for the decision chain of an image: its states, suggestions, runs and models."""

from datetime import datetime
from typing import Final

from kenpin.domain.dataset.undo import ImageVersions
from kenpin.projections.database import Row, Sql
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.undo import queries as undo

MOST_RUNS: Final = 200
"""The newest of those that an image went into"""


def past(sql: Sql, dataset_id: str, image_id: str, as_of: int | None) -> ImageVersions | None:
    """Every stand of an image up to a version; None before it came in."""
    ordinal = gallery.ordinal_of(sql, dataset_id, image_id)
    return None if ordinal is None else undo.past(sql, dataset_id, ordinal, as_of)


def suggestions_of(sql: Sql, dataset_id: str, image_id: str, as_of: int | None) -> list[Row]:
    """Return the suggestions of the image, with their run and outcome."""
    return sql.execute(
        """select c.suggestion_id, c.rank, c.reason, c.score, c.control, c.suggested_in as version,
            c.valid_from as changed_in, c.outcome, s.policy, s.run_id, s.suggested_at as at
        from candidate c join suggestion s on s.dataset_id = c.dataset_id and s.version = c.suggested_in
        where c.dataset_id = %(dataset)s and c.image_id = %(image)s
            and (%(as_of)s::bigint is null or c.suggested_in <= %(as_of)s)
        order by c.suggested_in""",
        {"dataset": dataset_id, "image": image_id, "as_of": as_of},
    ).fetchall()


def runs_since(sql: Sql, dataset_id: str, version: int, upto: datetime | None) -> list[Row]:
    """Runs on the dataset as it stood at this version or later, newest first; as was known at a time."""
    return sql.execute(
        f"""select run_id, dataset_version, dataset_hash, accepted_only, without,
            {grouping_at("run.dataset_id", "run.dataset_version")} as grouping, status, requested_by, requested_at
        from run
        where dataset_id = %(dataset)s and dataset_version >= %(version)s
            and (%(upto)s::timestamptz is null or requested_at <= %(upto)s)
        order by requested_at desc limit %(limit)s""",
        {"dataset": dataset_id, "version": version, "upto": upto, "limit": MOST_RUNS},
    ).fetchall()

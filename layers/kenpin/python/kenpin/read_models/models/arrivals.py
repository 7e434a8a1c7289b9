"""Images that arrived since a model in production has scored its dataset: what is inspected by itself."""

from collections.abc import Iterator

from msgspec import Struct

from kenpin.domain.ids import DatasetId, ModelId
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import KEY
from kenpin.read_models.models.history import in_production


class Arrivals(Struct, frozen=True):
    """Images of a dataset that its model in production has not scored."""

    model_id: ModelId
    dataset_id: DatasetId
    after: int
    """Images that were registered up to this version have a score."""
    upto: int
    """The version that registered the last of them, or of as many as one inspection takes"""
    last: Row | None
    """The last automatic inspection by the model: inspection_id, state, requested_at"""


def arrivals(sql: Sql, most: int) -> Iterator[Arrivals]:
    """Yield the datasets with arrivals, of projects whose models inspect by themselves."""
    datasets = sql.execute(
        """select distinct dataset_id from model join project using (project_id)
        where stage = 'production' and automatic_inspection order by dataset_id"""
    ).fetchall()
    for row in datasets:
        if (model := in_production(sql, row["dataset_id"], None)) is None:
            continue
        after = _scored_upto(sql, model["model_id"])
        if (upto := _last_arrival(sql, row["dataset_id"], after, most)) is not None:
            last = _last_automatic(sql, model["model_id"])
            yield Arrivals(model["model_id"], row["dataset_id"], after, upto, last)


def _scored_upto(sql: Sql, model_id: ModelId) -> int:
    """Return the version up to which the model has scored: by an inspection of all that arrived, or by its run."""
    row = sql.execute(
        """select coalesce(upto, dataset_version) as version from inspection where model_id = %(model)s
            and state = 'done' and (upto is not null or named = 0 and remaining = 0)
        union all select dataset_version from run join model using (run_id) where model_id = %(model)s
        order by version desc limit 1""",
        {"model": model_id},
    ).fetchone()
    return row["version"] if row else 0


def _last_arrival(sql: Sql, dataset_id: DatasetId, after: int, most: int) -> int | None:
    row = sql.execute(
        f"""select max(ordinal) as ordinal from (select ordinal from image where dataset_key = {KEY}
            and ordinal > %(after)s and excluded is null order by ordinal limit %(most)s) as arrived""",
        {"dataset": dataset_id, "after": after, "most": most},
    ).fetchone()
    return row["ordinal"] if row else None


def _last_automatic(sql: Sql, model_id: ModelId) -> Row | None:
    return sql.execute(
        """select inspection_id, state, requested_at from inspection where model_id = %s and after is not null
        order by requested_at desc limit 1""",
        (model_id,),
    ).fetchone()

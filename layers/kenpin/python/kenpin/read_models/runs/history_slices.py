"""Images of a slice of history that a run would learn from."""

from kenpin.domain.dataset.eligibility import counting_judgement, learnt_from
from kenpin.domain.dataset.in_slice import slice_parameters, slice_sql
from kenpin.domain.history_slice import HistorySlice
from kenpin.projections.database import Sql
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.queries import STANDING, STOOD
from kenpin.read_models.gallery.table import KEY


def learnt_from_in_slice(
    sql: Sql, dataset_id: str, as_of: int | None, slice: HistorySlice, *, accepted_only: bool
) -> dict[str, int]:
    """Return how many images of the slice a run at this version learns from, by verdict.

    It reads all images of the dataset: right for a person who asks for a run, and for nothing that happens often.
    """
    grouping = grouping_at("%(dataset)s", None if as_of is None else "%(as_of)s")
    rows = sql.execute(
        f"""select s.verdict, count(*)::int as images from {STANDING if as_of is None else STOOD}
        where i.dataset_key = {KEY} and {learnt_from("s")} and {counting_judgement("s", accepted_only)}
            and {slice_sql("s", slice.kind, grouping)}
        group by 1""",
        {"dataset": dataset_id, "as_of": as_of, **slice_parameters(slice)},
    )
    return {row["verdict"]: row["images"] for row in rows.fetchall()}

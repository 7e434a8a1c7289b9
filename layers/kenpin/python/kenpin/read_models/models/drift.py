"""Images that a model has scored, with when and where they were taken: what drift is told from."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from kenpin.domain.model.drift import ScoredImage
from kenpin.domain.time_zone import day_of
from kenpin.ports import ObjectStore
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import KEY
from kenpin.read_models.runs.predictions import distances, is_learnt

Condition = Literal["line", "station", "camera", "product", "light", "lot"]
MOST_IMAGES: Final = 20_000
"""Images that are compared, the newest."""
MOST_INSPECTIONS: Final = 500
"""Inspections that are read, the newest."""
READERS: Final = 8
"""Files that are read at once: an automatic inspection may hold a few images alone."""


class ModelScores(Struct, frozen=True):
    """Scores of a model: of images that it did not learn from, oldest first, and the distances of those it did."""

    unseen: dict[str, Row]
    reference: list[float]


def scores_of(sql: Sql, objects: ObjectStore, model_id: str, run_predictions: str) -> ModelScores:
    """Read the predictions of a run, then those of its model's inspections."""
    of_run = distances(objects, run_predictions)
    unseen = {row["image_id"]: row for row in of_run if not is_learnt(row)}
    for inspected in _inspected(sql, objects, model_id):
        unseen |= {row["image_id"]: row for row in inspected}
    known = [row["unfamiliar"] for row in of_run if is_learnt(row) and row.get("unfamiliar") is not None]
    return ModelScores(dict(list(unseen.items())[-MOST_IMAGES:]), known)


def _inspected(sql: Sql, objects: ObjectStore, model_id: str) -> list[list[Row]]:
    """Read the newest inspections, as many as hold MOST_IMAGES scores, oldest first: each waits for its own file."""
    rows = sql.execute(
        """select predictions from (
            select predictions, version, sum(images) over (order by version desc) - images as newer
            from inspection where model_id = %(model)s and images > 0 order by version desc limit %(inspections)s
        ) as newest where newer < %(images)s order by version""",
        {"model": model_id, "inspections": MOST_INSPECTIONS, "images": MOST_IMAGES},
    ).fetchall()
    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(lambda row: distances(objects, row["predictions"]), rows))


def scored_images(
    sql: Sql, dataset_id: str, scores: ModelScores, by: Condition, threshold: float, zone: ZoneInfo
) -> Iterable[ScoredImage]:
    """Yield the images that the model did not learn from and that take part now, as people see them now.

    `zone`: that of the site, in which days are.
    """
    rows = sql.execute(
        f"""select image_id, capture ->> %(by)s as value, coalesce(captured_at, registered_at) as taken_at,
            verdict from image where dataset_key = {KEY} and image_id = any(%(ids)s) and excluded is null""",
        {"dataset": dataset_id, "ids": list(scores.unseen), "by": by},
    )
    for row in rows:
        scored = scores.unseen[row["image_id"]]
        yield ScoredImage(
            image_id=row["image_id"],
            score=scored["score"],
            day=day_of(row["taken_at"], zone),
            value=row["value"],
            judged_ng=scored["score"] >= threshold,
            verdict=row["verdict"],
            unfamiliar=scored.get("unfamiliar"),
        )

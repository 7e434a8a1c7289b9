"""Reads about drift: the newest images of each line, compared with what a model learnt."""

from collections.abc import Iterable
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec.structs import asdict

from functions.api.drift.answers import Distances, Drift, DriftOfDay
from functions.api.runs.answers import PredictionPage
from functions.api.runs.predictions import prediction
from functions.http.errors import NotScored
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, found, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.application.site_zone import site_zone
from kenpin.bootstrap import platform
from kenpin.domain.model.drift import DriftKind, ScoredImage, distance_summary, drift_cells
from kenpin.projections.database import Row, Sql
from kenpin.read_models.models import drift
from kenpin.read_models.models import queries as models
from kenpin.read_models.runs import queries as runs

router = new_router()
MOST_DAYS: Final = 1_000


@router.get("/models/<model_id>/drift", tags=["models"])
def model_drift(model_id: str, by: drift.Condition = "line") -> Drift:
    """Compare the images of each day and line (or another condition) with those that the model learnt from.

    The newest 20,000 images that it scored in its run or in an inspection, and did not learn from.
    """
    with rows() as sql:
        model, images, reference = _compared(sql, model_id, by)
        cells = drift_cells(images, reference)
    return Drift(
        model_id=model_id,
        dataset_id=model["dataset_id"],
        by=by,
        threshold=model["threshold"],
        reference=Distances.model_validate(distance_summary(reference), from_attributes=True),
        days=[DriftOfDay.model_validate(cell, from_attributes=True) for cell in cells[:MOST_DAYS]],
    )


@router.get("/models/<model_id>/drift/images", tags=["models"])
def drift_images(
    model_id: str,
    day: Annotated[str, Query(max_length=10)],
    by: drift.Condition = "line",
    value: Annotated[str | None, Query(max_length=1_000)] = None,
    kind: DriftKind = "images",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> PredictionPage:
    """List the images that a figure of the drift counts, highest score first; `truth` is the verdict as it stands.

    `value`: of the condition; left out, the images that name none.
    """
    start = decoded_number(cursor) or 0
    with rows() as sql:
        model, compared, _ = _compared(sql, model_id, by)
        cell = [each for each in compared if (each.day, each.value) == (day, value) and each.counts_as(kind)]
        cell.sort(key=lambda image: (-image.score, image.image_id))
        shown, dataset_id = cell[start : start + limit], model["dataset_id"]
        pictures = ShownImages(sql, ((dataset_id, each.image_id) for each in shown))
    items = fitting(
        prediction({**asdict(each), "split": None, "truth": each.verdict}, dataset_id, pictures)
        for each in shown
    )
    end = start + len(items)
    return PredictionPage(items=items, next_cursor=encoded(end) if end < len(cell) else None, total=len(cell))


def _compared(sql: Sql, model_id: str, by: drift.Condition) -> tuple[Row, Iterable[ScoredImage], list[float]]:
    """Return the model, the images that are compared, and the distances of those that it learnt from."""
    model = found(models.one(sql, model_id), "model", model_id)
    run = runs.one(sql, model["run_id"])
    if run is None or run["predictions"] is None:
        raise NotScored(model["run_id"])
    scores = drift.scores_of(sql, platform().objects, model_id, run["predictions"])
    zone = site_zone(platform(), sql, model["project_id"])
    images = drift.scored_images(sql, model["dataset_id"], scores, by, model["threshold"], zone)
    return model, images, scores.reference

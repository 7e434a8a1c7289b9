"""The read of a run's scores, image by image."""

from collections.abc import Mapping
from typing import Literal

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from functions.api.runs.answers import Prediction
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, found, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.read_models.runs import predictions
from kenpin.read_models.runs import queries as runs

router = new_router()


@router.get("/runs/<run_id>/predictions", tags=["runs"])
def run_predictions(
    run_id: str,
    split: Literal["train", "validation", "test", "pool"] | None = None,
    order: Literal["score", "margin", "image"] = "score",
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Page[Prediction]:
    """List every image that the run scored: highest score first, or nearest to the threshold first."""
    version = version_as_of(f"run-{run_id}", as_of, "runs")
    with rows() as sql:
        run = found(runs.one(sql, run_id, version), f"run {run_id}")
    digest, evaluation = run["predictions"], run["evaluation"] or {}
    if digest is None:
        raise NotFoundError(f"run {run_id} has not scored its images yet")
    start, threshold = decoded_number(cursor) or 0, evaluation.get("threshold", 0.5)
    shown = predictions.page(
        platform().objects,
        digest,
        threshold=threshold,
        split=split,
        order=order,
        start=start,
        limit=limit + 1,
    )
    with rows() as sql:
        images = ShownImages(sql, ((run["dataset_id"], str(row["image_id"])) for row in shown))
    items = fitting(prediction(row, run["dataset_id"], images) for row in shown[:limit])
    next_cursor = encoded(start + len(items)) if len(items) < len(shown) else None
    return Page[Prediction](items=items, next_cursor=next_cursor)


def prediction(row: Mapping[str, str | float | None], dataset_id: str, images: ShownImages) -> Prediction:
    thumbnail = images.thumbnail_url(dataset_id, str(row["image_id"]))
    return Prediction.model_validate({**row, "thumbnail_url": thumbnail})

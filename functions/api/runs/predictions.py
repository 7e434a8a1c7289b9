"""The read of a run's scores, image by image."""

from base64 import b64encode
from typing import Literal

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from functions.api.runs.answers import Prediction
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, found, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.runs import predictions
from kenpin.read_models.runs import queries as runs

router = new_router()


@router.get("/runs/<run_id>/predictions", tags=["runs"])
def run_predictions(
    run_id: str,
    split: Literal["train", "validation", "test", "pool"] | None = None,
    order: predictions.Order = "score",
    image_id: str | None = None,
    suspects: bool = False,
    unfamiliar_from: float | None = None,
    maps: bool = False,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Page[Prediction]:
    """List every image that the run scored: highest score first, nearest to the threshold, or least familiar first.

    `suspects`: only images judged OK that the run left out of what it learnt, as they look NG. `unfamiliar_from`: only
    images at least so far from what was learnt; 1 is like nothing of it. `maps`: with heatmap and regions, where the
    run made them.
    """
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
        given=predictions.PredictionFilter(split, image_id, suspects, unfamiliar_from),
        order=order,
        with_maps=maps,
        start=start,
        limit=limit + 1,
    )
    with rows() as sql:
        images = ShownImages(sql, ((run["dataset_id"], row["image_id"]) for row in shown))
    items = fitting(prediction(row, run["dataset_id"], images) for row in shown[:limit])
    next_cursor = encoded(start + len(items)) if len(items) < len(shown) else None
    return Page[Prediction](items=items, next_cursor=next_cursor)


def prediction(row: Row, dataset_id: str, images: ShownImages) -> Prediction:
    image_id = row["image_id"]
    width, height = images.size(dataset_id, image_id) or (None, None)
    answer = {
        **{name: row[name] for name in predictions.COLUMNS},
        "unfamiliar": row.get("unfamiliar"),
        "thumbnail_url": images.thumbnail_url(dataset_id, image_id),
        "width": width,
        "height": height,
    }
    if not images.is_erased(dataset_id, image_id):
        answer |= _map(row)
    return Prediction.model_validate(answer)


def _map(row: Row) -> dict[str, object]:
    heatmap = row.get("heatmap")
    return {
        "heatmap": None if heatmap is None else b64encode(heatmap).decode(),
        "regions": row.get("regions") or [],
    }

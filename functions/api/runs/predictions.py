"""The read of a run's scores, image by image."""

from base64 import b64encode
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.runs.answers import Prediction, PredictionPage
from functions.api.runs.figures import scored_run, threshold_of, where_of
from functions.http.as_of import AsOf
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.application.site_zone import site_zone
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.runs import predictions

router = new_router()


@router.get("/runs/<run_id>/predictions", tags=["runs"])
def run_predictions(
    run_id: str,
    split: Literal["train", "validation", "test", "pool"] | None = None,
    order: predictions.Order = "score",
    image_id: str | None = None,
    suspects: bool = False,
    unfamiliar_from: float | None = None,
    slice: Annotated[str | None, Query(max_length=500)] = None,
    counted: bool = False,
    cell: predictions.Cell | None = None,
    low: float | None = None,
    high: float | None = None,
    maps: bool = False,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> PredictionPage:
    """List every image that the run scored: highest score first, nearest to the threshold, or least familiar first.

    `suspects`: only images judged OK that the run left out of what it learnt, as they look NG. `unfamiliar_from`: only
    images at least so far from what was learnt; 1 is like nothing of it. `slice`: only
    images of this slice (of `/slices`), that figures of the split count. `counted`: only images that figures of the
    split count, with the scores that they count: those of images that the model learnt from are by models that had not
    seen them. `cell`: verdict against model at the threshold `low`, or the run's. `high`: only scores from `low` up to
    below it. `maps`: with heatmap and regions, where the
    run made them.
    """
    where = where_of(slice)
    if (where or counted) and split in (None, "pool"):
        raise BadRequestError("split: a slice and what figures count is one of train, validation or test")
    run = scored_run(run_id, as_of)
    with rows() as sql:
        zone = site_zone(platform(), sql, run["project_id"])
    given = predictions.PredictionFilter(
        *(split, image_id, suspects, unfamiliar_from, counted, where, cell, low, high, zone)
    )
    return predictions_page(run, threshold_of(run), given, order, maps, limit, cursor)


def predictions_page(
    scored: Row,
    threshold: float,
    given: predictions.PredictionFilter,
    order: predictions.Order,
    maps: bool,
    limit: int,
    cursor: str | None,
) -> PredictionPage:
    """Build a page of predictions. `scored`: a row with their dataset and the digest of their file."""
    start, dataset_id = decoded_number(cursor) or 0, scored["dataset_id"]
    found = predictions.page(
        platform().objects,
        scored["predictions"],
        threshold=threshold,
        given=given,
        order=order,
        with_maps=maps,
        start=start,
        limit=limit + 1,
    )
    shown = found.rows
    with rows() as sql:
        images = ShownImages(sql, ((dataset_id, row["image_id"]) for row in shown))
    items = fitting(prediction(row, dataset_id, images) for row in shown[:limit])
    next_cursor = encoded(start + len(items)) if len(items) < len(shown) else None
    return PredictionPage(items=items, next_cursor=next_cursor, total=found.total)


def prediction(row: Row, dataset_id: str, images: ShownImages) -> Prediction:
    image_id = row["image_id"]
    width, height = images.size(dataset_id, image_id) or (None, None)
    answer = {
        **{name: row[name] for name in predictions.COLUMNS},
        "unfamiliar": row.get("unfamiliar"),
        "classes": row.get("classes") or [],
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

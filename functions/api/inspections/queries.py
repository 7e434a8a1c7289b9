"""Reads about inspections: those of a model, one, and its scores."""

from functions.api.inspections.answers import InspectionAnswer, ModelInspection
from functions.api.runs.answers import PredictionPage
from functions.api.runs.predictions import predictions_page
from functions.http.answers import Page
from functions.http.errors import NoSuchThing
from functions.http.paging import Cursor, Limit, decoded_number, decoded_text, found, page, rows
from functions.http.resolver import new_router
from kenpin.domain.ids import is_slug
from kenpin.projections.database import Row
from kenpin.read_models.models import inspections
from kenpin.read_models.models import queries as models
from kenpin.read_models.runs.predictions import Order, PredictionFilter

router = new_router()


@router.get("/models/<model_id>/inspections", tags=["models"])
def list_inspections(model_id: str, limit: Limit = 50, cursor: Cursor = None) -> Page[ModelInspection]:
    """List the inspections of a model, newest first."""
    with rows() as sql:
        found(models.one(sql, model_id), "model", model_id)
        shown = inspections.page(sql, model_id, decoded_number(cursor), limit + 1)
    return page(shown, limit, ModelInspection.model_validate, lambda row: row["version"])


@router.get("/datasets/<dataset_id>/inspections", tags=["models"])
def list_inspections_of_dataset(
    dataset_id: str, limit: Limit = 50, cursor: Cursor = None
) -> Page[InspectionAnswer]:
    """List the inspections by all models of a dataset, newest first, with those that are at work or failed."""
    with rows() as sql:
        shown = inspections.of_dataset(sql, dataset_id, decoded_text(cursor), limit + 1)
    return page(shown, limit, InspectionAnswer.of, lambda row: row["inspection_id"])


@router.get("/models/<model_id>/inspections/<inspection_id>", tags=["models"])
def one_inspection(model_id: str, inspection_id: str) -> InspectionAnswer:
    """Return how far an inspection is, and what it found once it is done; one that nobody asked for is at work too."""
    if not is_slug(model_id) or not is_slug(inspection_id):
        raise NoSuchThing("inspection", inspection_id, f"of model {model_id}")
    with rows() as sql:
        row = inspections.one(sql, model_id, inspection_id)
    if row is not None:
        return InspectionAnswer.of(row)
    return InspectionAnswer(inspection_id=inspection_id, model_id=model_id, state="working")


@router.get("/models/<model_id>/inspections/<inspection_id>/predictions", tags=["models"])
def inspection_predictions(
    model_id: str,
    inspection_id: str,
    order: Order = "score",
    image_id: str | None = None,
    unfamiliar_from: float | None = None,
    maps: bool = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> PredictionPage:
    """List the images that the inspection scored, as those of a run are listed."""
    row = _inspection(model_id, inspection_id)
    given = PredictionFilter(image_id=image_id, unfamiliar_from=unfamiliar_from)
    return predictions_page(row, row["threshold"], given, order, maps, limit, cursor)


def _inspection(model_id: str, inspection_id: str) -> Row:
    with rows() as sql:
        row = inspections.one(sql, model_id, inspection_id)
    is_done = row is not None and row["state"] == "done"
    return found(row if is_done else None, "inspection", inspection_id, f"of model {model_id} that is done")

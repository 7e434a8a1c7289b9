"""Reads about models."""

from functions.api.models.answers import Model
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.read_models.models import queries as models

router = new_router()


@router.get("/models", tags=["models"])
def list_models(
    project_id: str | None = None, limit: Limit = 50, cursor: Cursor = None, as_of: AsOfTime = None
) -> Page[Model]:
    """List models, newest first."""
    before, then = decoded_text(cursor), time_as_of(as_of)
    with rows() as sql:
        within = access().projects if project_id is None else [project_id]
        shown = models.page(sql, within, before, limit + 1, then)
    return page(shown, limit, Model.model_validate, lambda row: row["model_id"])


@router.get("/models/<model_id>", tags=["models"])
def one_model(model_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Model:
    is_stale(f"model-{model_id}", min_version, "models")
    version = version_as_of(f"model-{model_id}", as_of, "models")
    with rows() as sql:
        return Model.model_validate(found(models.one(sql, model_id, version), f"model {model_id}"))

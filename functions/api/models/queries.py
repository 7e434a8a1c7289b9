"""Reads about models."""

from functions.api.models.answers import (
    Model,
    ModelCard,
    ModelExportAnswer,
    ModelExportFile,
    Production,
    StageChange,
    StoredModelExport,
    StoredModelExports,
)
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.errors import NoSuchThing
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.application.model_exports import find_model_export, model_card, stored_exports
from kenpin.bootstrap import platform
from kenpin.domain.ids import is_slug
from kenpin.projections.database import Row
from kenpin.read_models.models import history
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
        return Model.model_validate(found(models.one(sql, model_id, version), "model", model_id))


@router.get("/datasets/<dataset_id>/production", tags=["models"])
def model_in_production(dataset_id: str, as_of: AsOfTime = None) -> Production:
    """Return the model in production, now or at a time, and the changes of stage that led there."""
    at = time_as_of(as_of)
    with rows() as sql:
        changes = history.stages(sql, dataset_id, at)
    steps = [_step(changes[: n + 1]) for n in range(len(changes))]
    standing = history.standing(changes)
    current = standing[-1] if standing else None
    began = next((n for n in range(len(steps), 0, -1) if steps[n - 1].in_production != current), 0)
    return Production(
        dataset_id=dataset_id,
        model_id=current,
        since=steps[began].at if current else None,
        before=standing[-2] if len(standing) > 1 else None,
        history=steps,
    )


def _step(changes: list[Row]) -> StageChange:
    """Return the last of the changes with the model in production after it."""
    standing = history.standing(changes)
    return StageChange.model_validate({**changes[-1], "in_production": standing[-1] if standing else None})


@router.get("/models/<model_id>/exports/<export_id>", tags=["models"])
def one_model_export(model_id: str, export_id: str) -> ModelExportAnswer:
    """Return how far an export is, and the address of its file once it is done."""
    if not is_slug(model_id) or not is_slug(export_id):
        raise NoSuchThing("export", export_id, f"of model {model_id}")
    found_export = find_model_export(platform(), model_id, export_id)
    made = found_export.exported
    return ModelExportAnswer(
        export_id=export_id,
        model_id=model_id,
        state=found_export.state,
        failed=found_export.failed,
        file=ModelExportFile.model_validate(made, from_attributes=True) if made else None,
        url=found_export.url,
    )


@router.get("/models/<model_id>/exports", tags=["models"])
def list_model_exports(model_id: str, as_of: AsOf = None) -> StoredModelExports:
    """List the exports of a model that were made, newest first, each with the address of its file."""
    version = version_as_of(f"model-{model_id}", as_of, "models")
    with rows() as sql:
        found(models.one(sql, model_id), "model", model_id)
    items = [
        StoredModelExport(
            export_id=each.exported.export_id,
            at=each.at,
            by=each.by,
            file=ModelExportFile.model_validate(each.exported, from_attributes=True),
            url=each.url,
        )
        for each in stored_exports(platform(), model_id, version)
    ]
    return StoredModelExports(items=items)


@router.get("/models/<model_id>/exports/<export_id>/card", tags=["models"])
def model_export_card(model_id: str, export_id: str) -> ModelCard:
    """Return the model card of an export: data, recipe, figures, self-check, digests and licence."""
    text = model_card(platform(), model_id, export_id) if is_slug(model_id) else None
    if text is None:
        raise NoSuchThing("export", export_id, f"of model {model_id}")
    return ModelCard(model_id=model_id, export_id=export_id, text=text)

"""Reads about field returns, with the verdicts of the model of that day and of today's model."""

from datetime import datetime

from functions.api.decision_chains.answers import ModelVerdict
from functions.api.decision_chains.links import is_escape
from functions.api.decision_chains.scores import model_verdict
from functions.api.field_returns.answers import FieldReturn, FieldReturnDetail
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_number, found, is_stale, page, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.application.site_zone import dataset_zone
from kenpin.bootstrap import platform
from kenpin.domain.dataset.capture_time import captured_time
from kenpin.projections.database import Row, Sql
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.models import history as model_history

router = new_router()


@router.get("/datasets/<dataset_id>/field-returns", tags=["field returns"])
def list_field_returns(
    dataset_id: str,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[FieldReturn]:
    """List field returns, newest first."""
    stale = is_stale(f"dataset-{dataset_id}", min_version, "datasets", "gallery")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "datasets")
    with rows() as sql:
        shown = field_returns.page(
            sql, dataset_id, before=decoded_number(cursor), limit=limit + 1, as_of=version
        )
        images = ShownImages(sql, ((dataset_id, row["image_id"]) for row in shown))
    return page(
        shown,
        limit,
        lambda row: field_return(row, images),
        lambda row: row["version"],
        stale=stale,
    )


@router.get("/datasets/<dataset_id>/field-returns/<return_id>", tags=["field returns"])
def one_field_return(dataset_id: str, return_id: str) -> FieldReturnDetail:
    """Return one field return with the verdicts of the models in production on the image's day and now."""
    with rows() as sql:
        place = f"in {dataset_id}"
        row = found(field_returns.one(sql, dataset_id, return_id), "field_return", return_id, place)
        image_id = row["image_id"]
        image = found(gallery_queries.one(sql, dataset_id, image_id), "image", image_id, place)
        captured = captured_time(image["capture"].get("captured_at"))
        day = (captured or image["registered_at"]).astimezone(dataset_zone(platform(), sql, dataset_id))
        images = ShownImages(sql, [(dataset_id, row["image_id"])])
        return FieldReturnDetail(
            field_return=field_return(row, images),
            day=day,
            day_is="captured" if captured else "registered",
            then=_verdict_of(sql, dataset_id, row["image_id"], day),
            now=_verdict_of(sql, dataset_id, row["image_id"], None),
        )


def _verdict_of(sql: Sql, dataset_id: str, image_id: str, at: datetime | None) -> ModelVerdict | None:
    model = model_history.in_production(sql, dataset_id, at)
    return model_verdict(sql, model, dataset_id, image_id) if model else None


def field_return(row: Row, images: ShownImages) -> FieldReturn:
    thumbnail = images.thumbnail_url(row["dataset_id"], row["image_id"])
    return FieldReturn.model_validate({**row, "escape": is_escape(row), "thumbnail_url": thumbnail})

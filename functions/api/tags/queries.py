"""Reads about tags."""

from functions.api.tags.answers import Tag
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import MinVersion, found, is_stale, rows
from functions.http.resolver import new_router
from kenpin.read_models.datasets import queries as datasets

router = new_router()


@router.get("/datasets/<dataset_id>/tags", tags=["datasets"])
def list_tags(dataset_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Page[Tag]:
    """List the named versions, oldest name first."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "datasets")
    version = version_as_of(stream, as_of, "datasets")
    with rows() as sql:
        found({} if datasets.project_of(sql, dataset_id) else None, "dataset", dataset_id)
        tags = datasets.tags(sql, dataset_id, version)
    return Page[Tag](items=[Tag.model_validate(tag) for tag in tags], as_of=version, stale=stale)

"""The read of the values that the gallery can be filtered by, with their counts."""

from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.images.answers import CountedValue, Facet, Facets
from functions.http.as_of import shown_at
from functions.http.paging import MinVersion, is_stale, rows
from functions.http.resolver import new_router
from kenpin.application.site_zone import dataset_zone
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.gallery.facets import FACETS, facet_values

router = new_router()
Most = Annotated[int, Query(ge=1, le=1000)]
MODEL: Final = "gallery"


@router.get("/datasets/<dataset_id>/facets", tags=["images"])
def list_facets(dataset_id: str, most: Most = 500, min_version: MinVersion = None) -> Facets:
    """List the values of defect class, capture conditions, day and person, with the number of images of each.

    Excluded images are not counted. Days are those of the site's time zone.
    `most`: values of each facet, those of most images; of days the newest.
    """
    stream = f"dataset-{dataset_id}"
    is_stale(stream, min_version, MODEL)
    with rows() as sql:
        as_of = shown_at(sql, MODEL, stream, None)
        zone = dataset_zone(platform(), sql, dataset_id)
        found = facet_values(sql, dataset_id, most + 1, zone)
    return Facets(items=[_facet(name, found, most) for name in FACETS], as_of=as_of)


def _facet(name: str, found: list[Row], most: int) -> Facet:
    values = [CountedValue(value=row["value"], images=row["images"]) for row in found if row["facet"] == name]
    return Facet(facet=name, values=values[:most], more=len(values) > most)

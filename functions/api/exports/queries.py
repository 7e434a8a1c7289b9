"""Reads about exports: what each format cannot carry, and how far an export is."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.exports.answers import ExportAnswer, ExportPlan, FormatLoss, FormatPlan
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.errors import NoSuchThing
from functions.http.paging import rows
from functions.http.resolver import new_router
from kenpin.application.export import LARGEST_BYTES, count_facts, find_export
from kenpin.application.site_zone import site_day
from kenpin.bootstrap import platform
from kenpin.domain.ids import is_slug
from kenpin.domain.time_zone import DAY
from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.losses import losses_of, written_by
from kenpin.ports import NotFound
from kenpin.read_models.gallery.queries import AMONG, Filter

router = new_router()
Text = Annotated[str | None, Query(max_length=64)]
Day = Annotated[str | None, Query(pattern=DAY)]
Among = Annotated[str | None, Query(pattern=AMONG)]


@router.get("/datasets/<dataset_id>/exports/plan", tags=["datasets"])
def plan_export(
    dataset_id: str,
    verdict: Literal["OK", "NG", "HOLD", "unlabelled"] | None = None,
    split: Literal["train", "validation", "test", "unassigned"] | None = None,
    excluded: bool = False,
    defect_class: Text = None,
    product: Text = None,
    line: Text = None,
    light: Text = None,
    group: Text = None,
    station: Text = None,
    camera: Text = None,
    lot: Text = None,
    day: Day = None,
    person: Text = None,
    name: Text = None,
    review: Literal["accepted", "returned"] | None = None,
    among: Among = None,
    as_of: AsOf = None,
) -> ExportPlan:
    """Count what each format cannot carry of the images that match the filters."""
    stream = f"dataset-{dataset_id}"
    version = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        at = shown_at(sql, "gallery", stream, version)
        captured = site_day(platform(), sql, dataset_id, day)
    given = Filter(
        *(verdict, split, excluded, False, defect_class, product, line, light, group, "registered"),
        *(station, camera, lot, captured, person, name, review, among),
    )
    counts = count_facts(platform(), dataset_id, given, at)
    return ExportPlan(
        dataset_id=dataset_id,
        version=at,
        images=counts["images"],
        bytes=counts["bytes"],
        largest_bytes=LARGEST_BYTES,
        formats=[_format_plan(name, counts) for name in FORMATS],
    )


def _format_plan(name: str, counts: dict[str, int]) -> FormatPlan:
    effects = FORMATS[name].effects
    losses, (images, size) = losses_of(effects, counts), written_by(effects, counts)
    found = [FormatLoss.model_validate(loss, from_attributes=True) for loss in losses]
    return FormatPlan(name=name, title=FORMATS[name].title, images=images, bytes=size, losses=found)


@router.get("/datasets/<dataset_id>/exports/<export_id>", tags=["datasets"])
def one_export(dataset_id: str, export_id: str) -> ExportAnswer:
    """Return how far an export is, and the address of its file once it is done."""
    try:
        if not is_slug(dataset_id) or not is_slug(export_id):
            raise NotFound(export_id)
        found = find_export(platform(), dataset_id, export_id)
    except NotFound:
        place = f"of dataset {dataset_id}; exports are kept for two days"
        raise NoSuchThing("export", export_id, place) from None
    return ExportAnswer(
        export_id=export_id,
        state=found.state,
        percent=found.percent,
        images=found.outcome.images,
        wrong=list(found.outcome.wrong),
        failed=found.outcome.failed,
        url=found.url,
    )

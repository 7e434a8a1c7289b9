"""Writes about exports: ask for one."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.api.exports.answers import RequestedExport
from functions.http.accept import new_id
from functions.http.as_of import shown_at, version_as_of
from functions.http.errors import NoSuchFormat
from functions.http.paging import rows
from functions.http.resolver import new_router
from kenpin.application.export import ExportRequest, request_export
from kenpin.application.site_zone import site_day
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.time_zone import DAY, Span
from kenpin.exporting.catalogue import FORMATS
from kenpin.read_models.gallery.queries import AMONG, Filter

router = new_router()
FilterText = Annotated[str | None, Field(max_length=64)]


class NewExport(Command):
    """The format, the version and the filters of the gallery."""

    format: Annotated[str, Field(max_length=32)]
    as_of: FilterText = None
    images: Literal["copied", "referenced"] = "copied"
    verdict: Literal["OK", "NG", "HOLD", "unlabelled"] | None = None
    split: Literal["train", "validation", "test", "unassigned"] | None = None
    excluded: bool = False
    defect_class: FilterText = None
    product: FilterText = None
    line: FilterText = None
    light: FilterText = None
    group: FilterText = None
    station: FilterText = None
    camera: FilterText = None
    lot: FilterText = None
    day: Annotated[str, Field(pattern=DAY)] | None = None
    person: FilterText = None
    name: FilterText = None
    review: Literal["accepted", "returned"] | None = None
    among: Annotated[str, Field(pattern=AMONG)] | None = None

    def filters(self, captured: Span | None) -> Filter:
        own = self.model_fields_set & set(Filter.__struct_fields__)
        return Filter(**{name: getattr(self, name) for name in own}, captured=captured)


@router.post("/datasets/<dataset_id>/exports", status_code=202, tags=["datasets"])
def ask_for_export(dataset_id: str, body: NewExport) -> RequestedExport:
    """Ask for a zip file; ask for it by its id until it is done."""
    if body.format not in FORMATS:
        raise NoSuchFormat(body.format, list(FORMATS))
    stream, export_id = f"dataset-{dataset_id}", new_id()
    version = version_as_of(stream, body.as_of, "gallery")
    with rows() as sql:
        at = shown_at(sql, "gallery", stream, version)
        filters = body.filters(site_day(platform(), sql, dataset_id, body.day))
    request = ExportRequest(dataset_id, at, body.format, body.images, filters, datetime.now(UTC))
    request_export(platform(), export_id, request)
    return RequestedExport(export_id=export_id, dataset_id=dataset_id, version=at)

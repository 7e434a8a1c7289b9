"""Writes about field returns: report what a customer or a later process found."""

from typing import Annotated

from pydantic import Field

from functions.http.accept import accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application.field_returns import report_field_return as report_return
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import ReportFieldReturn

router = new_router()


class NewFieldReturn(ReportFieldReturn):
    return_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")] | None = None  # type: ignore[assignment]


@router.post("/datasets/<dataset_id>/field-returns", status_code=201, tags=["field returns"])
def report_field_return(dataset_id: str, body: NewFieldReturn) -> Accepted:
    """Attach a late finding to an image, excluded or not. The id of the answer names the field return."""
    id = body.return_id or new_id()
    report = ReportFieldReturn(**{**dict(body), "return_id": id})
    return accepted(report_return(platform(), dataset_id, report, request_context()), id)

"""Writes about field returns: what a customer or a later process found out."""

from typing import Annotated

from pydantic import Field

from functions.api.answers import Accepted
from functions.http.accept import accepted, execute, new_id
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import ReportFieldReturn
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.project.decider import NoSuchClass
from kenpin.read_models.projects import projection as projects

router = new_router()


class Report(ReportFieldReturn):
    return_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")] | None = None  # type: ignore[assignment]


@router.post("/datasets/<dataset_id>/field-returns", status_code=201, tags=["field returns"])
def report_field_return(dataset_id: str, body: Report) -> Accepted:
    """Attach what was found to an image, months after it was judged, excluded or not. The answer's id names it."""
    with platform().database.reading() as sql:
        book = projects.label_book(sql, dataset_id)
    if book is None:
        raise NoSuchDataset
    if body.class_id is not None and body.class_id not in book.classes:
        raise NoSuchClass(body.class_id)
    id = body.return_id or new_id()
    command = ReportFieldReturn(**{**dict(body), "return_id": id})
    return accepted(execute(dataset, dataset_id, command), id)

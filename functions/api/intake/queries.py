"""Reads about intake: sources and rejected arrivals."""

from functions.api.intake.answers import Intake, IntakeCamera, IntakeSource, RejectedArrival
from functions.http.access import access
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, decoded_text, page, rows
from functions.http.resolver import new_router
from kenpin.projections.database import Row
from kenpin.read_models.intake import cameras
from kenpin.read_models.intake import notes as intake

router = new_router()


@router.get("/intake", tags=["intake"])
def intake_sources() -> Intake:
    """List the sources of images with the outcomes of their events, and the rate and lag of each camera."""
    with rows() as sql:
        heard = intake.sources(sql, access().projects)
        seen = cameras.cameras(sql, access().projects)
        rejected = intake.rejected_count(sql, access().projects)
    return Intake(
        sources=[IntakeSource.model_validate(row) for row in heard],
        cameras=[IntakeCamera.model_validate(row) for row in seen],
        rejected=rejected,
    )


@router.get("/intake/rejected", tags=["intake"])
def rejected_arrivals(limit: Limit = 100, cursor: Cursor = None) -> Page[RejectedArrival]:
    """List rejected arrivals, newest first."""
    with rows() as sql:
        shown = intake.page(sql, access().projects, decoded_text(cursor), limit + 1)
    return page(shown, limit, _rejected, lambda row: row["rejected_id"])


def _rejected(row: Row) -> RejectedArrival:
    return RejectedArrival.model_validate(row)

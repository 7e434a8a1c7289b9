"""Writes about rejected arrivals: try one again, or dismiss it."""

from functools import partial

from functions.api.intake.answers import Dismissed, IntakeOutcome
from functions.api.intake.commands import intake_outcome
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.registration import register_again
from kenpin.application import repairs
from kenpin.bootstrap import platform

router = new_router()


@router.post("/intake/rejected/<rejected_id>/retry", status_code=202, tags=["intake"])
def retry(rejected_id: str) -> IntakeOutcome:
    """Process the arrival again. It stays in the list while it is rejected."""
    retried = repairs.retry_arrival(platform(), rejected_id, partial(register_again, by=caller()))
    return intake_outcome(retried.event_id, retried.outcome)


@router.post("/intake/rejected/<rejected_id>/dismiss", tags=["intake"])
def dismiss(rejected_id: str) -> Dismissed:
    """Remove the arrival from the list for good."""
    caller()
    repairs.dismiss_arrival(platform(), rejected_id)
    return Dismissed(rejected_id=rejected_id)

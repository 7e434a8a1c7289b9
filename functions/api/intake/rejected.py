"""Writes about rejected arrivals: try one again, or dismiss it."""

from functions.api.intake.answers import Dismissed, IntakeOutcome
from functions.api.intake.commands import intake_outcome
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.registration import register_again
from kenpin.bootstrap import platform
from kenpin.ports import NotFound
from kenpin.read_models.intake import notes as intake

router = new_router()


@router.post("/intake/rejected/<rejected_id>/retry", status_code=202, tags=["intake"])
def retry(rejected_id: str) -> IntakeOutcome:
    """Process the arrival again. It stays in the list while it is rejected."""
    by = caller()
    with platform().database.reading() as sql:
        arrival = intake.one(sql, rejected_id)
    if arrival is None:
        raise _unknown(rejected_id)
    outcome = register_again(arrival["body"], by)
    if outcome.outcome in ("registered", "known"):
        _forget(rejected_id)
    return intake_outcome(arrival["event_id"], outcome)


@router.post("/intake/rejected/<rejected_id>/dismiss", tags=["intake"])
def dismiss(rejected_id: str) -> Dismissed:
    """Remove the arrival from the list for good."""
    caller()
    if not _forget(rejected_id):
        raise _unknown(rejected_id)
    return Dismissed(rejected_id=rejected_id)


def _forget(rejected_id: str) -> bool:
    with platform().database.transaction() as sql:
        return intake.forget(sql, rejected_id)


def _unknown(rejected_id: str) -> NotFound:
    return NotFound(f"no rejected arrival is called {rejected_id}; see GET /v1/intake/rejected")

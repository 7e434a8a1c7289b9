"""Reports of agents at the line about pictures that they did not send: a note on their source."""

from functions.intake.trigger import DropReport
from kenpin.application.arrivals import ArrivalOutcome, outcome_of_test
from kenpin.bootstrap import platform
from kenpin.read_models.intake import notes as intake


def record_drops(report: DropReport) -> ArrivalOutcome:
    """Note the count on the source; the newest report stands. Raises Unavailable."""
    outcome = outcome_of_test(platform(), report.data.dataset_id)
    if outcome.outcome == "rejected":
        return outcome
    with platform().database.transaction() as sql:
        intake.note_drops(sql, report.source, report.data.dropped, report.data.dataset_id)
    return ArrivalOutcome("noted")

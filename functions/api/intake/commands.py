"""The write of intake: register the images of factory events, with an answer for each."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from msgspec import Struct
from pydantic import Field

from functions.api.intake.answers import IntakeOutcome
from functions.http.access import access
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.drops import record_drops
from functions.intake.registration import (
    IncomingEvent,
    by_dataset,
    record_outcomes,
    register_events,
)
from functions.intake.trigger import DropReport, Trigger
from kenpin.application.arrivals import ArrivalOutcome, line_rejection
from kenpin.application.ownership import project_in_history
from kenpin.bootstrap import platform
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.datasets import queries as datasets

router = new_router()
FactoryEvent = Annotated[Trigger | DropReport, Field(discriminator="type")]


class ForbiddenEvents(Struct, frozen=True):
    """The rejections of events that the caller may not send, by place."""

    datasets: dict[str, ArrivalOutcome]
    """Of datasets of others, which look like missing ones and leave no note"""
    lines: dict[str, ArrivalOutcome]
    """Of lines that the caller does not send for; they are noted like other rejections"""

    @property
    def all(self) -> dict[str, ArrivalOutcome]:
        return self.datasets | self.lines


@router.post("/intake", status_code=202, tags=["intake"])
def take_in(body: Annotated[list[FactoryEvent], Body(min_length=1, max_length=200)]) -> list[IntakeOutcome]:
    """Register the images of these events, and note reported drops. An event sent twice changes nothing more."""
    return answers_of(body, router.current_event.json_body, forbidden_among(body))


def answers_of(
    events: Sequence[Trigger | DropReport],
    messages: Sequence[object],
    forbidden: ForbiddenEvents,
) -> list[IntakeOutcome]:
    """Register the images of the events that are not forbidden, and note drops; return the answer to each.

    `messages`: the events as they were sent, which are kept of those that are rejected.
    """
    by = caller()
    rejected = forbidden.all
    images = [
        IncomingEvent(str(n), one, messages[n]) for n, one in enumerate(events) if isinstance(one, Trigger)
    ]
    ours = [one for one in images if one.place not in rejected]
    outcomes = {
        place: outcome for group in by_dataset(ours) for place, outcome in register_events(group, by).items()
    }
    final = {place: _final(outcome) for place, outcome in outcomes.items()} | forbidden.lines
    record_outcomes([one for one in images if one.place not in forbidden.datasets], final, by)
    noted = {
        str(n): record_drops(one)
        for n, one in enumerate(events)
        if isinstance(one, DropReport) and str(n) not in rejected
    }
    answers = {**final, **rejected, **noted}
    return [intake_outcome(one.id, answers[str(n)]) for n, one in enumerate(events)]


def forbidden_among(arrived: Sequence[Trigger | DropReport]) -> ForbiddenEvents:
    """Return the rejections of the events that the caller may not send."""
    mine = access()
    if mine.everywhere and mine.lines(EVERYWHERE) is None:
        return ForbiddenEvents({}, {})
    with platform().database.reading() as sql:
        asked = {one.data.dataset_id for one in arrived}
        projects = datasets.projects_of(sql, asked)
    events = platform().events
    projects |= {
        id: found for id in asked - projects.keys() if (found := project_in_history(events, "dataset", id))
    }
    forbidden = ForbiddenEvents({}, {})
    for place, one in enumerate(arrived):
        project_id, line = projects.get(one.data.dataset_id), one.data.capture.line
        if not mine.may(project_id):
            forbidden.datasets[str(place)] = ArrivalOutcome("rejected", str(NoSuchDataset()))
        elif reason := line_rejection(line, mine.lines(project_id)):
            forbidden.lines[str(place)] = ArrivalOutcome("rejected", reason)
    return forbidden


def intake_outcome(id: str, outcome: ArrivalOutcome) -> IntakeOutcome:
    return IntakeOutcome.model_validate(
        {"id": id, "outcome": _final(outcome).outcome, "detail": outcome.detail}
    )


def _final(outcome: ArrivalOutcome) -> ArrivalOutcome:
    """Turn `later` into `rejected`: a caller that waits for the answer must send the event again."""
    return ArrivalOutcome("rejected", outcome.detail) if outcome.outcome == "later" else outcome

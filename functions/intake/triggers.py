"""Image events from factory systems over HTTP, each answered for."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel

from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.take import Arrived, Fate, by_dataset, note, take
from functions.intake.trigger import Trigger

router = new_router()


class Taken(BaseModel):
    """What became of one event."""

    id: str
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""


@router.post("/intake", status_code=202, tags=["intake"])
def take_in(body: Annotated[list[Trigger], Body(min_length=1, max_length=200)]) -> list[Taken]:
    """Register the images of these events. Sent twice, an event changes nothing the second time."""
    by = caller()
    arrived = [Arrived(str(n), one, one.model_dump(mode="json")) for n, one in enumerate(body)]
    fates = {place: fate for group in by_dataset(arrived) for place, fate in take(group, by).items()}
    now = {place: _now(fate) for place, fate in fates.items()}
    note(arrived, now, by)
    return [taken(one.trigger.id, now[one.place]) for one in arrived]


def taken(id: str, fate: Fate) -> Taken:
    return Taken.model_validate({"id": id, "outcome": _now(fate).outcome, "detail": fate.detail})


def _now(fate: Fate) -> Fate:
    """Who waits for an answer sends it again; nobody else does."""
    return Fate("rejected", fate.detail) if fate.outcome == "later" else fate

"""Image events from factory systems, as CloudEvents, each answered for."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, Field

from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.arrivals import Arrival
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Slug
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split

router = new_router()


class ImageCaptured(Command):
    """The data of a `kenpin.image.captured.v1` event: the bytes were uploaded before."""

    dataset_id: Slug
    digest: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    capture: Capture = Capture()
    split: Split | None = None


class Trigger(BaseModel):
    """A CloudEvent 1.0."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    type: Literal["kenpin.image.captured.v1"]
    data: ImageCaptured


class Taken(BaseModel):
    """What became of one event."""

    id: str
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""


@router.post("/intake", status_code=202, tags=["intake"])
def take_in(body: Annotated[list[Trigger], Body(min_length=1, max_length=200)]) -> list[Taken]:
    """Register the images of these events. Sent twice, an event changes nothing the second time."""
    by = caller()
    answers: dict[str, Taken] = {}
    for dataset_id in dict.fromkeys(trigger.data.dataset_id for trigger in body):
        of_dataset = [t for t in body if t.data.dataset_id == dataset_id]
        arrivals = [Arrival(t.data.digest, t.data.name, t.data.capture, t.data.split) for t in of_dataset]
        outcome = platform().arrivals.register(dataset_id, arrivals, "given by the line", by=by)
        items = {item.digest: item for item in outcome.items}
        for trigger in of_dataset:
            item = items[trigger.data.digest]
            answers[trigger.id] = Taken(id=trigger.id, outcome=item.outcome, detail=item.detail)
    return [answers[trigger.id] for trigger in body]

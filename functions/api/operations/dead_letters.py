"""The write about dead letters: redrive one."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec

from functions.api.operations.answers import Redriven
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.registration import register_again
from functions.intake.trigger import message_in
from functions.runtime.advance import react
from functions.runtime.doorbell import streams_named
from functions.runtime.event import Json
from kenpin.application import repairs
from kenpin.application.renditions import make_shown
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.ports import DeadMessageSource, Unavailable

router = new_router()


@router.post("/dead-letters/<source>/<letter_id>/redrive", status_code=202, tags=["upkeep"])
def redrive(source: Literal["jobs", "intake", "unheard"], letter_id: str) -> Redriven:
    """Send a job back to its queue, or process an event or wake-up before this answer."""
    by = caller()
    processes: dict[DeadMessageSource, Callable[[str], None]] = {
        "intake": partial(_register, by=by),
        "unheard": partial(_wake, by=by),
    }
    repairs.redrive(platform(), source, letter_id, processes)
    return Redriven(source=source, id=letter_id)


def _register(body: str, by: Context) -> None:
    """Register the image; an event that is rejected now becomes a rejected arrival."""
    repairs.check_arrived(register_again(message_in(body), by))


def _wake(body: str, by: Context) -> None:
    """Process a wake-up. Lambda wraps the event of a call; EventBridge keeps it as it was.

    A letter without an event names a place in a table's stream, or comes from the schedule: the sweeper has
    done that work since.
    """
    letter: Json = msgspec.json.decode(body)
    event: Json = letter.get("requestPayload", letter)
    if "specversion" in event or event.get("source") == "aws.s3":
        return _register(body, by)
    for record in event.get("Records", []):
        if "s3" in record:
            make_shown(platform().objects, record["s3"]["object"]["key"], platform().settings.picture_limits)
    if "stream" in event.get("detail", {}) and any(
        "not now" in react(stream) for stream in streams_named(event)
    ):
        raise Unavailable("the reactors cannot get on now; send the request again")

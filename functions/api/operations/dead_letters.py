"""Dead letters: do now what could not be done when they were alive."""

from functools import partial
from typing import Literal

import msgspec

from functions.api.operations.answers import Redriven
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.take import take_again
from functions.intake.trigger import message_in
from functions.runtime.advance import react
from functions.runtime.doorbell import rung
from functions.runtime.event import Json
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.ports import NotFound, Unavailable

router = new_router()


class NotYet(Refusal):
    """The letter stays dead: what it lacked it lacks still."""


@router.post("/dead-letters/<source>/<letter_id>/redrive", status_code=202, tags=["upkeep"])
def redrive(source: Literal["jobs", "intake", "unheard"], letter_id: str) -> Redriven:
    """A job goes back to its queue; an event is taken in, and a wake-up is answered, before this is."""
    by = caller()
    if not _redriven(source, letter_id, by):
        raise NotFound(f"no dead letter of {source} is called {letter_id}; see GET /v1/dead-letters")
    return Redriven(source=source, id=letter_id)


def _redriven(source: Literal["jobs", "intake", "unheard"], letter_id: str, by: Context) -> bool:
    if source == "jobs":
        return platform().jobs.redrive(letter_id)
    if (letters := platform().dead_letters.get(source)) is None:
        return False
    carry_out = _take_in if source == "intake" else _hear
    return letters.settle(letter_id, partial(carry_out, by=by))


def _take_in(body: str, by: Context) -> None:
    """What is rejected now is a rejected arrival, and no dead letter any more."""
    fate = take_again(message_in(body), by)
    if fate.outcome == "later":
        raise NotYet(fate.detail)


def _hear(body: str, by: Context) -> None:
    """Lambda wraps what a function was called with; EventBridge keeps it as it was.

    A letter that holds no such thing tells of a place in a table's stream, or of the clock: the sweeper has long
    done what was to be done.
    """
    letter: Json = msgspec.json.decode(body)
    event: Json = letter.get("requestPayload", letter)
    if "specversion" in event or event.get("source") == "aws.s3":
        return _take_in(body, by)
    for record in event.get("Records", []):
        if "s3" in record:
            make_thumbnail(platform().objects, record["s3"]["object"]["key"].rpartition("/")[2])
    if "stream" in event.get("detail", {}) and any("not now" in react(stream) for stream in rung(event)):
        raise Unavailable("the reactors cannot get on now; send the request again")

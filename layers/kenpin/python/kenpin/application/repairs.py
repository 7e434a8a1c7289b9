"""Repairs: another chance for dead jobs and messages, parked streams and rejected arrivals."""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from kenpin.application.arrivals import ArrivalOutcome
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.refusals import NotYet
from kenpin.ports import DeadMessageSource, NotFound
from kenpin.read_models.intake import event_ids
from kenpin.read_models.intake import notes as intake
from kenpin.read_models.parked import notes as parked

RegisterMessage = Callable[[object], ArrivalOutcome]
"""Registers the image of one message."""


class RetriedArrival(Struct, frozen=True):
    """The outcome of an arrival that was tried again."""

    event_id: str
    outcome: ArrivalOutcome


def redrive(
    platform: PlatformParts,
    source: Literal["jobs", DeadMessageSource],
    letter_id: str,
    processes: Mapping[DeadMessageSource, Callable[[str], object]],
) -> None:
    """Send a dead job back to its queue, or process the body of a dead message. Raises NotFound."""
    if source == "jobs":
        is_redriven = platform.jobs.redrive(letter_id)
    else:
        letters = platform.dead_letters.get(source)
        is_redriven = letters is not None and letters.settle(letter_id, processes[source])
    if not is_redriven:
        raise NotFound(f"no dead letter of {source} is called {letter_id}; see `kenpin queue dead`")


def check_arrived(outcome: ArrivalOutcome) -> None:
    """Check that a repeated message needs no further try. Raises NotYet."""
    if outcome.outcome == "later":
        raise NotYet(outcome.detail)


def release(platform: PlatformParts, reader: str, stream: str) -> None:
    """Release a parked stream. Raises NotFound."""
    with platform.database.transaction() as sql:
        if not parked.release(sql, reader, stream):
            raise NotFound(f"{reader} is not parked on {stream}; see `kenpin parked list`")
    platform.doorbell.ring(stream)


def retry_arrival(platform: PlatformParts, rejected_id: str, register: RegisterMessage) -> RetriedArrival:
    """Register a rejected arrival again. It stays in the list while it is rejected. Raises NotFound."""
    with platform.database.reading() as sql:
        arrival = intake.one(sql, rejected_id)
    if arrival is None:
        raise _unknown(rejected_id)
    outcome = register(arrival["body"])
    if outcome.outcome in ("registered", "known", "tested"):
        with platform.database.transaction() as sql:
            intake.forget(sql, rejected_id)
    return RetriedArrival(arrival["event_id"], outcome)


def dismiss_arrival(platform: PlatformParts, rejected_id: str) -> None:
    """Remove the arrival from the list for good; its event stays rejected. Raises NotFound."""
    with platform.database.transaction() as sql:
        arrival = intake.forget(sql, rejected_id)
        if arrival is None:
            raise _unknown(rejected_id)
        if not arrival["differences"]:
            named = (arrival["dataset_id"], arrival["source"], arrival["event_id"])
            event_ids.note_dismissal(sql, *named, arrival["reason"])


def _unknown(rejected_id: str) -> NotFound:
    return NotFound(f"no rejected arrival is called {rejected_id}; see `kenpin intake list`")

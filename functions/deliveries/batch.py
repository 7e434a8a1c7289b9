"""Process a batch of the intake queue and report the messages to deliver again."""

from collections.abc import Sequence

from functions.intake.registration import (
    IncomingEvent,
    by_dataset,
    record_malformed,
    record_outcomes,
    register_events,
)
from functions.intake.trigger import MalformedEvent, message_in, trigger_in
from functions.runtime.event import Json
from functions.runtime.telemetry import logger
from functions.runtime.trace import traceparent
from kenpin.domain.event import Context
from kenpin.ports import Unavailable

ACTOR = "factory"


def register_batch(records: Sequence[Json]) -> list[str]:
    """Register the messages; return the ids of those that may succeed later.

    A message that never can is recorded as rejected, so that it does not come again.
    """
    arrived: list[IncomingEvent] = []
    again: list[str] = []
    for record in records:
        try:
            arrived += _read(record["messageId"], record["body"])
        except Exception as error:
            _log(error, [record["messageId"]])
            again.append(record["messageId"])
    return again + [id for group in by_dataset(arrived) for id in _register_group(group)]


def _read(id: str, body: str) -> list[IncomingEvent]:
    """Return the event of a message; nothing when it is malformed. Raises Unavailable."""
    message = message_in(body)
    try:
        return [IncomingEvent(id, trigger_in(message), message)]
    except MalformedEvent as reason:
        record_malformed(message, str(reason), Context(actor=ACTOR))
    return []


def _register_group(group: Sequence[IncomingEvent]) -> list[str]:
    """Return the events of one dataset to deliver again. When one of them breaks, each is tried alone."""
    try:
        by = _context(group)
        outcomes = register_events(group, by)
        record_outcomes(group, outcomes, by)
    except Exception as error:
        if isinstance(error, Unavailable) or len(group) == 1:
            _log(error, [one.place for one in group])
            return [one.place for one in group]
        return [place for one in group for place in _register_group([one])]
    return [place for place, outcome in outcomes.items() if outcome.outcome == "later"]


def _context(group: Sequence[IncomingEvent]) -> Context:
    """Return the context of the batch: one request, identified by its first event."""
    first = group[0].trigger
    headers = {"traceparent": first.traceparent or ""}
    return Context(actor=ACTOR, correlation_id=first.id, traceparent=traceparent(headers, first.id))


def _log(error: Exception, ids: list[str]) -> None:
    """Log an error with its traceback, but Unavailable in one line."""
    if isinstance(error, Unavailable):
        logger.warning("not now", messages=ids, reason=str(error))
    else:
        logger.exception("could not be taken in", messages=ids)

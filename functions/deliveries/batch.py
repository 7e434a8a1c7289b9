"""A batch of the intake queue: what became of each message, and which of them should come again."""

from collections.abc import Sequence

from functions.intake.take import Arrived, by_dataset, note, note_malformed, take
from functions.intake.trigger import Malformed, message_in, trigger_in
from functions.runtime.event import Json
from functions.runtime.telemetry import logger
from functions.runtime.trace import traceparent
from kenpin.domain.event import Context
from kenpin.ports import Unavailable

ACTOR = "factory"


def failed(records: Sequence[Json]) -> list[str]:
    """Take the messages in; answer the ids of those that may go well another time.

    What never can is kept for a person and is done with, so that it does not go round until it is dead.
    """
    arrived: list[Arrived] = []
    again: list[str] = []
    for record in records:
        try:
            arrived += _read(record["messageId"], record["body"])
        except Exception as error:
            _say(error, [record["messageId"]])
            again.append(record["messageId"])
    return again + [id for group in by_dataset(arrived) for id in _settled(group)]


def _read(id: str, body: str) -> list[Arrived]:
    """Nothing, when nothing can be made of it. Raises Unavailable."""
    message = message_in(body)
    try:
        return [Arrived(id, trigger_in(message), message)]
    except Malformed as reason:
        note_malformed(message, str(reason), Context(actor=ACTOR))
    return []


def _settled(group: Sequence[Arrived]) -> list[str]:
    """Those of one dataset that should come again. A mistake that one of them makes is not held against all."""
    try:
        by = _context(group)
        fates = take(group, by)
        note(group, fates, by)
    except Exception as error:
        if isinstance(error, Unavailable) or len(group) == 1:
            _say(error, [one.place for one in group])
            return [one.place for one in group]
        return [place for one in group for place in _settled([one])]
    return [place for place, fate in fates.items() if fate.outcome == "later"]


def _context(group: Sequence[Arrived]) -> Context:
    """The batch is one request, known by its first event."""
    first = group[0].trigger
    headers = {"traceparent": first.traceparent or ""}
    return Context(actor=ACTOR, correlation_id=first.id, traceparent=traceparent(headers, first.id))


def _say(error: Exception, ids: list[str]) -> None:
    """A mistake with its place in the code; that the world was in the way, in one line."""
    if isinstance(error, Unavailable):
        logger.warning("not now", messages=ids, reason=str(error))
    else:
        logger.exception("could not be taken in", messages=ids)

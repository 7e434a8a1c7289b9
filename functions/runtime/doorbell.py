"""The streams that a doorbell names: a DynamoDB stream batch, or an event from the bus."""

from collections.abc import Callable, Collection, Iterator, Mapping

from functions.runtime.advance import AdvanceOutcome
from functions.runtime.event import Json


def streams_named(event: Json) -> dict[str, list[str]]:
    """Return the streams, each with the ids of the records that name it, in the order of first mention."""
    streams: dict[str, list[str]] = {}
    for stream, record_id in _named(event):
        streams.setdefault(stream, []).append(record_id)
    return streams


def _named(event: Json) -> Iterator[tuple[str, str]]:
    if "detail" in event:
        yield event["detail"]["stream"], event.get("id", "")
    for record in event.get("Records", ()):
        _, _, stream = record["dynamodb"]["Keys"]["pk"]["S"].partition("#")
        yield stream, record["dynamodb"].get("SequenceNumber", record["eventID"])


def advance_each_stream(event: Json, advance: Callable[[str], list[AdvanceOutcome]]) -> Json:
    """Advance every stream that was named. Report the records that may succeed when delivered again."""
    streams = streams_named(event)
    return failures(streams, {stream for stream in streams if "not now" in advance(stream)})


def failures(streams: Mapping[str, list[str]], again: Collection[str]) -> Json:
    """Return the answer that has the records of the streams `again` delivered again."""
    failed = [id for stream, ids in streams.items() if stream in again for id in ids]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}

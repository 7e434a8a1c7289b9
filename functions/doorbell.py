"""Which streams a doorbell names: a DynamoDB stream batch, or an event from the bus."""

from collections.abc import Callable, Iterator

from aws_lambda_powertools import Logger

from functions.event import Json

logger = Logger(service="kenpin")


def rung(event: Json) -> dict[str, list[str]]:
    """Stream → the ids of the records that name it, in the order of first mention."""
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


def each_stream(event: Json, advance: Callable[[str], object]) -> Json:
    """Advance every stream that was named; one that fails is reported and does not hold the others up."""
    named = rung(event)
    failed = [id for stream, ids in named.items() if not advanced(stream, advance) for id in ids]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def advanced(stream: str, advance: Callable[[str], object]) -> bool:
    """Whether it could be. Any mistake stays with the stream it was met in: all the others go on."""
    try:
        advance(stream)
    except Exception:
        logger.exception("a stream could not be advanced", stream=stream)
        return False
    return True

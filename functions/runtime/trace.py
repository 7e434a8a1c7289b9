"""What ties together all that follows from one request: its correlation id, and its W3C trace context."""

import hashlib
import os
import re
from collections.abc import Mapping
from typing import Final

from functions.runtime.event import Json

WELL_FORMED: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
X_RAY: Final = re.compile(
    r"Root=1-([0-9a-f]{8})-([0-9a-f]{24});.*?Parent=([0-9a-f]{16})(?:;.*?Sampled=([01]))?"
)


def correlation_of(event: Json) -> str | None:
    """The caller's, when it sent one; else the gateway's, or that of the bus. None when nobody gave one."""
    sent: str | None = event.get("headers", {}).get("x-correlation-id")
    return sent or event.get("requestContext", {}).get("requestId") or event.get("id")


def traceparent(headers: Mapping[str, str], correlation_id: str) -> str:
    """The caller's, else X-Ray's in its form, else one made here, at the edge. `headers` by lower-case name.

    The same request has the same, however often it is asked for.
    """
    given = headers.get("traceparent", "")
    if WELL_FORMED.fullmatch(given):
        return given
    of_x_ray = headers.get("x-amzn-trace-id", ""), os.environ.get("_X_AMZN_TRACE_ID", "")
    return next(filter(None, map(from_x_ray, of_x_ray)), None) or made_from(correlation_id)


def from_x_ray(header: str) -> str | None:
    """`Root=1-<time>-<rest>;Parent=<id>;Sampled=1` in W3C form; None when it names no parent."""
    found = X_RAY.search(header)
    if found is None:
        return None
    time, rest, parent, sampled = found.groups()
    return f"00-{time}{rest}-{parent}-0{sampled or 0}"


def made_from(correlation_id: str) -> str:
    """Not sampled, for nobody upstream records it. It follows from the id, so that nothing need be remembered."""
    drawn = hashlib.sha256(correlation_id.encode()).hexdigest()
    return f"00-{drawn[:32]}-{drawn[32:48]}-00"

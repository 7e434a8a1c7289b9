"""The correlation id and the W3C trace context of a request."""

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
    """Return the caller's correlation id, else that of the gateway or the bus. None when there is none."""
    sent: str | None = event.get("headers", {}).get("x-correlation-id")
    return sent or event.get("requestContext", {}).get("requestId") or event.get("id")


def traceparent(headers: Mapping[str, str], correlation_id: str) -> str:
    """Return the caller's trace parent, else X-Ray's in W3C form, else one derived from the correlation id.

    `headers` have lower-case names. The same request always gives the same value.
    """
    given = headers.get("traceparent", "")
    if WELL_FORMED.fullmatch(given):
        return given
    of_x_ray = headers.get("x-amzn-trace-id", ""), os.environ.get("_X_AMZN_TRACE_ID", "")
    return next(filter(None, map(from_x_ray, of_x_ray)), None) or derived_from(correlation_id)


def from_x_ray(header: str) -> str | None:
    """Convert `Root=1-<time>-<rest>;Parent=<id>;Sampled=1` to W3C form; None when it names no parent."""
    found = X_RAY.search(header)
    if found is None:
        return None
    time, rest, parent, sampled = found.groups()
    return f"00-{time}{rest}-{parent}-0{sampled or 0}"


def derived_from(correlation_id: str) -> str:
    """Derive an unsampled trace parent from the id: nobody upstream records it, and nothing need be stored."""
    drawn = hashlib.sha256(correlation_id.encode()).hexdigest()
    return f"00-{drawn[:32]}-{drawn[32:48]}-00"

"""The time and the digest that a time stamp states (RFC 3161). Who signed it is for auditors to check."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

STATEMENT: Final = (0, 1, 1, 0, 2, 1, 0, 0)
"""Places, one in the other, from a response to its TSTInfo: token, signed data, content"""


class TimeStamp(Struct, frozen=True):
    """A statement of an authority, not verified."""

    at: datetime
    digest: bytes
    """Of what it stamps"""


def time_stamp_of(response: bytes) -> TimeStamp:
    """Return the statement of a response in DER. Raises ValueError."""
    body = response
    try:
        for place in STATEMENT:
            body = list(_values(body))[place]
        _, _, imprint, _, at, *_ = _values(body)
        _, digest = _values(imprint)
        return TimeStamp(datetime.strptime(f"{at[:14].decode()}+0000", "%Y%m%d%H%M%S%z"), digest)
    except (IndexError, ValueError) as error:
        raise ValueError(f"it is no time stamp that can be read: {error}") from None


def _values(der: bytes) -> Iterator[bytes]:
    """Yield the contents of the values that stand one after the other."""
    while der:
        size, start = der[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[2:start], "big")
        if len(der) < start + size:
            raise ValueError("it ends too early")
        yield der[start : start + size]
        der = der[start + size :]

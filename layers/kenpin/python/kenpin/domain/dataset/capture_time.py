"""The time in a capture condition."""

from datetime import UTC, datetime, tzinfo
from typing import Final

from msgspec.structs import replace

from kenpin.domain.dataset.values import Capture

YEARS: Final = range(1000, 9000)


def captured_time(captured_at: str | None) -> datetime | None:
    """Return the time of a capture condition, in UTC; an older text that names no zone is of UTC.

    None where there is no time in it, or one of a year that a zone may not have, as of a clock that was never set.
    """
    try:
        time = datetime.fromisoformat(captured_at or "")
    except ValueError:
        return None
    if time.year not in YEARS:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def lacks_zone(captured_at: str | None) -> bool:
    """Return True when this is a time that names no zone."""
    try:
        return bool(captured_at) and datetime.fromisoformat(captured_at or "").tzinfo is None
    except ValueError:
        return False


def with_zone(capture: Capture, zone: tzinfo) -> Capture:
    """Return the capture condition; a time that names no zone is of this one."""
    text = capture.captured_at
    if text is None or not lacks_zone(text):
        return capture
    return replace(capture, captured_at=datetime.fromisoformat(text).replace(tzinfo=zone).isoformat())

"""The time in a capture condition."""

from datetime import UTC, datetime
from typing import Final

YEARS: Final = range(1000, 9000)


def captured_time(captured_at: str | None) -> datetime | None:
    """Return the time of a capture condition, in UTC; a text that names no zone is of UTC.

    None where there is no time in it, or one of a year that a zone may not have, as of a clock that was never set.
    """
    try:
        time = datetime.fromisoformat(captured_at or "")
    except ValueError:
        return None
    if time.year not in YEARS:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)

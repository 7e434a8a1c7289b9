"""Time zones by their names in the database of IANA, and the days of a zone."""

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

DAY: Final = r"^\d{4}-\d{2}-\d{2}$"
Span = tuple[datetime, datetime]
"""From a moment on, until before another"""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{name} is no time zone; write one such as Asia/Tokyo or Europe/Berlin") from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""Such as Asia/Tokyo"""


def day_of(moment: datetime, zone: tzinfo) -> str:
    """Return the day of a moment in a zone, such as 2026-03-31."""
    return moment.astimezone(zone).date().isoformat()


def day_span(day: str, zone: tzinfo) -> Span:
    """Return the moments at which a day begins and ends in a zone, in UTC. Raises ValueError for no such day."""
    begin = date.fromisoformat(day)
    if begin.isoformat() != day or not MINYEAR < begin.year < MAXYEAR:
        raise ValueError(day)
    return _midnight(begin, zone), _midnight(begin + timedelta(1), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

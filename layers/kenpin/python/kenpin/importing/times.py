"""Times as people, spreadsheets and cameras write them, as ISO 8601 with a zone."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from kenpin.importing.faults import Fault, InvalidItem

TIME = r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})[/.:](\d{{1,2}})[/.:](\d{{1,2}}){TIME}")
"""2026/11/28 9:05, and 2026:11:28 09:05:00 as EXIF has it."""
DAY_FIRST = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){TIME}")
"""28.11.2026"""
EITHER_FIRST = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){TIME}")
"""11/28/2026 or 28/11/2026"""
PATTERNS = ((YEAR_FIRST, 0, 1, 2), (DAY_FIRST, 2, 1, 0), (EITHER_FIRST, 2, 1, 0), (EITHER_FIRST, 2, 0, 1))
"""Pattern, and the places of year, month and day."""


def time_from(text: str, zone: ZoneInfo) -> str:
    """Return the time as ISO 8601; one without a zone is of this zone. Raises InvalidItem for none, or for two."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = _only(text, {*_readings(text, zone)})
    return (time if time.tzinfo else time.replace(tzinfo=zone)).isoformat()


def with_time(capture: Mapping[str, str], zone: ZoneInfo) -> Mapping[str, str]:
    """Return capture conditions with their time as ISO 8601. Raises InvalidItem."""
    time = capture.get("captured_at")
    return {**capture, "captured_at": time_from(time, zone)} if time else capture


def time_problem(text: str | None) -> str:
    """Return the sentence of a text that is no time in ISO 8601; empty where it is one, or there is none."""
    try:
        datetime.fromisoformat(text) if text else None
    except ValueError:
        return f"{text} is no time in ISO 8601; write it as 2026-11-28T09:05:00+09:00"
    return ""


def _only(text: str, readings: set[datetime]) -> datetime:
    if not readings:
        raise InvalidItem(Fault.NO_TIME, text=text[:40])
    if len(readings) > 1:
        raise InvalidItem(Fault.TWO_DAYS, text=text[:40])
    return readings.pop()


def _readings(text: str, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield each time that the text can mean."""
    for pattern, year, month, day in PATTERNS:
        if match := pattern.fullmatch(text):
            numbers = [int(number or 0) for number in match.groups()]
            hour, minute, second = numbers[3:]
            with suppress(ValueError):
                yield datetime(numbers[year], numbers[month], numbers[day], hour, minute, second, tzinfo=zone)

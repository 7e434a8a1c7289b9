"""The moment in a capture condition, and the day of a time zone that it is of."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.time_zone import day_of, day_span

ZONES = [ZoneInfo(name) for name in ("Asia/Tokyo", "Asia/Kathmandu", "America/New_York", "Africa/Cairo")]
"""The clock of Cairo is put forward at midnight."""


@pytest.mark.parametrize(
    ("captured_at", "expected"),
    [
        ("2026-03-01T08:00:00+09:00", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("2026-03-01T08:00:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+09:00", None),
        ("9999-12-31T23:00:00-09:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_capture_condition_has_a_moment_or_none(captured_at: str | None, expected: datetime | None) -> None:
    assert captured_time(captured_at) == expected


@pytest.mark.parametrize(
    ("moment", "tokyo", "new_york"),
    [
        ("2026-03-01T14:59:59+00:00", "2026-03-01", "2026-03-01"),
        ("2026-03-01T15:00:00+00:00", "2026-03-02", "2026-03-01"),
        ("2026-03-08T04:59:59+00:00", "2026-03-08", "2026-03-07"),
        ("2026-03-09T03:59:59+00:00", "2026-03-09", "2026-03-08"),
        ("2026-03-09T04:00:00+00:00", "2026-03-09", "2026-03-09"),
    ],
)
def test_a_day_begins_at_midnight_of_the_zone(moment: str, tokyo: str, new_york: str) -> None:
    time = datetime.fromisoformat(moment)
    assert (day_of(time, ZONES[0]), day_of(time, ZONES[2])) == (tokyo, new_york)


def test_a_day_on_which_the_clock_is_put_forward_has_23_hours() -> None:
    for zone, day in ((ZONES[2], "2026-03-08"), (ZONES[3], "2026-04-24")):
        begin, end = day_span(day, zone)
        assert end - begin == timedelta(hours=23)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES), st.floats(0, 0.99999))
def test_the_moments_of_a_day_are_those_that_are_of_it(day: date, zone: ZoneInfo, share: float) -> None:
    begin, end = day_span(day.isoformat(), zone)
    assert day_of(begin + (end - begin) * share, zone) == day.isoformat()
    assert begin.replace(minute=begin.minute // 15 * 15, second=0) == begin, (
        "facets count by quarters of an hour"
    )
    assert day_of(begin - timedelta(seconds=1), zone) < day.isoformat() < day_of(end, zone)


@pytest.mark.parametrize("text", ["2026-02-31", "31.3.2026", "20260331", "9999-12-31", "0001-01-01", ""])
def test_a_text_that_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_span(text, UTC)

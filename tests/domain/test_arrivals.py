"""The rule of when the next automatic inspection is due."""

from datetime import UTC, datetime, timedelta

import pytest

from kenpin.domain.model.arrivals import is_due
from kenpin.domain.model.state import InspectionStatus

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "minutes", "due"),
    [
        ("done", 9, False),
        ("done", 10, True),
        ("failed", 59, False),
        ("failed", 60, True),
        ("working", 600, False),
    ],
)
def test_the_next_inspection_waits_for_the_last_one_and_a_pause(
    state: InspectionStatus, minutes: int, due: bool
) -> None:
    assert is_due(state, AT, AT + timedelta(minutes=minutes)) is due

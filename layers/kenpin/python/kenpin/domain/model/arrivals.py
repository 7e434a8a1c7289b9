"""Rules of automatic inspections: one at a time, with a pause in between, of a bounded number of images."""

from datetime import datetime, timedelta
from typing import Final

from kenpin.domain.model.state import InspectionStatus

MOST_ARRIVALS: Final = 2_000
"""Images of one inspection; the next one takes those that are left."""
PAUSE: Final = timedelta(minutes=10)
"""Time between two requests: what arrives meanwhile is inspected together."""
PAUSE_AFTER_FAILURE: Final = timedelta(hours=1)


def is_due(state: InspectionStatus, requested_at: datetime, now: datetime) -> bool:
    """Return True when the next inspection may be asked for after the last one."""
    pause = PAUSE_AFTER_FAILURE if state == "failed" else PAUSE
    return state != "working" and now - requested_at >= pause

"""Build the rows of this code's layout from history before they serve, beside the rows of other code."""

import logging
from collections.abc import Callable
from typing import Final

from kenpin.ports import EventStore, Unavailable
from kenpin.projections.catalogue import LaggingRows
from kenpin.projections.database import Database
from kenpin.projections.projection import advance
from kenpin.read_models.catalogue import behind

FEW: Final = 1_000
"""Events that a projector catches up with at once: a pass over so few is the last one."""
logger = logging.getLogger("kenpin.rows")


def build_rows(
    store: EventStore,
    database: Database,
    is_late: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] = lambda done, events: None,
) -> bool:
    """Bring rows to the head of history; return False when `is_late` ended that before: call again.

    `on_progress` hears how many events of a pass are projected, and of how many. A stream whose projection fails is
    left behind, for the projector to park.
    """
    while not is_late():
        late, done = list(behind(store, database)), 0
        events = sum(one.events for one in late)
        for one in late:
            done += _advance(one, store, database, is_late)
            on_progress(done, events)
            if is_late():
                return False
        if done <= FEW:
            return True
    return False


def _advance(late: LaggingRows, store: EventStore, database: Database, is_late: Callable[[], bool]) -> int:
    try:
        return advance(late.model, late.stream, store, database, is_late)
    except Unavailable:
        raise
    except Exception:
        logger.exception("%s cannot show %s", late.model.name, late.stream)
        return 0

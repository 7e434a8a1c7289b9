"""The rows of this version, built before the node serves; those of other versions are dropped."""

import time
from collections.abc import Callable
from typing import Final

from host.child_process import log_line
from kenpin.application.build_rows import build_rows
from kenpin.bootstrap import wire
from kenpin.read_models.catalogue import drop_other_layouts
from kenpin.settings import Settings

EVERY_S: Final = 1.0
"""Seconds between two lines of progress."""


def bring_up_to_date(settings: Settings) -> None:
    """Build the rows of this version and drop those of others. After an interruption the next call continues."""
    platform = wire(settings)
    try:
        build_rows(platform.events, platform.database, on_progress=_progress())
        drop_other_layouts(platform.database)
    finally:
        platform.close()


def _progress() -> Callable[[int, int], None]:
    told = time.monotonic()

    def on_progress(done: int, events: int) -> None:
        nonlocal told
        if time.monotonic() >= told + EVERY_S:
            told = time.monotonic()
            log_line(f"building rows from history: {done:,} of {events:,} events")

    return on_progress

"""Retries while a store is unavailable: a database that restarts does not cost an attempt."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from kenpin.ports import Unavailable

T = TypeVar("T")
RETRY_FOR_S: Final = 60.0
PAUSE_S: Final = 0.5


def retry_unavailable(ask: Callable[[], T]) -> T:
    """Call `ask`, and again while it raises Unavailable, for RETRY_FOR_S. `ask` must be idempotent."""
    until = time.monotonic() + RETRY_FOR_S
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)

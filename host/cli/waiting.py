"""Waits for work that the platform does in the background."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
POLL_S: Final = 0.5


def wait_for(ask: Callable[[], T | None], patience_s: float) -> T | None:
    """Ask twice a second until there is an answer, at least once; return None when the patience is over."""
    until = time.monotonic() + patience_s
    while (answer := ask()) is None and time.monotonic() < until:
        time.sleep(POLL_S)
    return answer

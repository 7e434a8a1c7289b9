"""Waits for a store that is away for a moment: a database that restarts does not cost an attempt."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from kenpin.ports import Unavailable

T = TypeVar("T")
PATIENCE_S: Final = 60.0
PAUSE_S: Final = 0.5


def patiently(ask: Callable[[], T]) -> T:
    """The answer, asked again while the store is away. Only for what may be asked twice. Raises Unavailable."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)

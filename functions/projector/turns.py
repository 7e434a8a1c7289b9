"""Projection of the named streams in short turns, so that no stream far behind keeps another waiting."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from functions.runtime.advance import RESERVE_MS, project
from functions.runtime.telemetry import logger
from kenpin.projections.projection import ReadModel
from kenpin.read_models.catalogue import models_of

TURN_S: Final = 1.0
"""After this time, no further window of a read model and stream is started before the others had their turn."""
LONGEST_CALL_S: Final = 30.0
"""A shard delivers its next records after the call: a longer one would keep their streams waiting."""


class Turns:
    """A turn for each read model of each stream, and further turns for those far behind while there is time."""

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        self._remaining_ms = remaining_ms
        self._end = time.monotonic() + LONGEST_CALL_S
        self._unfinished: deque[tuple[ReadModel, str]] = deque()

    def carry_out(self, streams: Iterable[str]) -> set[str]:
        """Return the streams to deliver again. What is still far behind is left to the sweeper."""
        again = {
            stream
            for stream in streams
            for model in models_of(stream)
            if not self._has_first_turn(model, stream)
        }
        while self._unfinished and not self._is_out_of_time():
            self._take_turn(*self._unfinished.popleft())
        if self._unfinished:
            left = sorted({stream for _, stream in self._unfinished})
            logger.info("left to the sweeper", streams=left)
        return again

    def _has_first_turn(self, model: ReadModel, stream: str) -> bool:
        return not self._is_out_of_time() and self._take_turn(model, stream)

    def _take_turn(self, model: ReadModel, stream: str) -> bool:
        """Project at least one window; False when a service was unavailable."""
        end = time.monotonic() + TURN_S
        outcome = project(model, stream, lambda: time.monotonic() >= end or self._is_out_of_time())
        if outcome == "unfinished":
            self._unfinished.append((model, stream))
        return outcome != "not now"

    def _is_out_of_time(self) -> bool:
        return self._remaining_ms() < RESERVE_MS or time.monotonic() >= self._end

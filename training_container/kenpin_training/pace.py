"""Pace of a run: the longest time between two of its reports, which is about an epoch."""

import time


class Pace:
    """Starts now. `see` is told the version of the run's stream, which grows by each report."""

    def __init__(self) -> None:
        self._version = 0
        self._changed, self._longest = time.monotonic(), 0.0

    def see(self, version: int) -> None:
        if version != self._version:
            self._longest = self.longest_s()
            self._version, self._changed = version, time.monotonic()

    def longest_s(self) -> float:
        """Return the longest time in seconds; the time since the last report counts too."""
        return max(self._longest, time.monotonic() - self._changed)

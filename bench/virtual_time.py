"""Virtual time for many processes: real code runs in threads, one at a time; time passes only while all sleep."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from threading import Lock, Thread


class VirtualTime:
    """The same seeds give the same history: who wakes next is a matter of the clock, never of the machine."""

    def __init__(self) -> None:
        self.now = 0.0
        """seconds"""
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._paused = Lock()
        self._paused.acquire()
        self._broken: list[BaseException] = []

    def at(self, when: float, act: Callable[[], object]) -> None:
        """Let somebody begin to act at a time of the clock."""

        def whole() -> None:
            try:
                act()
            except BaseException as error:
                self._broken.append(error)
            finally:
                self._paused.release()

        self._wake(when, Thread(target=whole, daemon=True).start)

    def sleep(self, seconds: float) -> None:
        """Called by whoever acts: the others go on meanwhile."""
        turn = Lock()
        turn.acquire()
        self._wake(self.now + seconds, turn.release)
        self._paused.release()
        turn.acquire()

    def run(self) -> None:
        """Until nobody has anything more to do. Raises what the first who failed raised."""
        while self._due:
            self.now, _, wake = heappop(self._due)
            wake()
            self._paused.acquire()
            if self._broken:
                raise self._broken[0]

    def _wake(self, when: float, wake: Callable[[], None]) -> None:
        heappush(self._due, (when, next(self._order), wake))

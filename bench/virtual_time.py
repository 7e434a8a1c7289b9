"""Virtual time for many processes: real code runs in threads, one at a time; time passes only while all sleep."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from threading import Lock, Thread


class VirtualTime:
    """A virtual clock that wakes one thread at a time. The same seeds give the same history."""

    def __init__(self) -> None:
        self.now = 0.0
        """seconds"""
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._is_idle = Lock()
        self._is_idle.acquire()
        self._errors: list[BaseException] = []

    def at(self, when: float, act: Callable[[], object]) -> None:
        """Start `act` in a thread at a time of the clock, in seconds."""

        def run_act() -> None:
            try:
                act()
            except BaseException as error:
                self._errors.append(error)
            finally:
                self._is_idle.release()

        self._wake(when, Thread(target=run_act, daemon=True).start)

    def sleep(self, seconds: float) -> None:
        """Suspend the calling thread; others run meanwhile."""
        wake_up = Lock()
        wake_up.acquire()
        self._wake(self.now + seconds, wake_up.release)
        self._is_idle.release()
        wake_up.acquire()

    def run(self) -> None:
        """Run until nothing is scheduled. Raises the first error of a thread."""
        while self._queue:
            self.now, _, wake = heappop(self._queue)
            wake()
            self._is_idle.acquire()
            if self._errors:
                raise self._errors[0]

    def _wake(self, when: float, wake: Callable[[], None]) -> None:
        heappush(self._queue, (when, next(self._order), wake))

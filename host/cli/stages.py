"""Stages of a stream: each works on its items in a thread of its own, while the stages before it go on."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

S = TypeVar("S")
T = TypeVar("T")
AHEAD: Final = 2
"""Items of a stage that are under way: one that is worked on, and one that waits."""


def stage(task: Callable[[S], T], items: Iterable[S]) -> Iterator[T]:
    """Yield the results of the task in the order of the items. Raises what the task raises."""
    under_way: deque[Future[T]] = deque()
    with ThreadPoolExecutor(1) as worker:
        try:
            for item in items:
                under_way.append(worker.submit(task, item))
                if len(under_way) > AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            worker.shutdown(cancel_futures=True)

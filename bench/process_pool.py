"""A pool of processes that run a function at the same moment, so that one interpreter's lock is not measured."""

import multiprocessing
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from time import perf_counter
from types import TracebackType
from typing import Final, Self

Action = Callable[[], None]
Prepare = Callable[[], Action]
"""Runs in the process before the clock starts; it is sent there pickled."""
Order = Prepare | None
"""A function to prepare with; then None: act."""
Answer = tuple[float, float] | str
"""Start and end of the action, or an error."""

ANSWER_TIMEOUT_S: Final = 180


class ProcessFailed(Exception):
    """A process of the pool raised or did not answer in time."""


class ProcessPool:
    """`with ProcessPool(8) as pool: seconds = pool.run([partial(prepare, url, n) for n in range(8)])`."""

    def __init__(self, size: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        pipes = [spawn.Pipe() for _ in range(size)]
        self._pipes = [own_end for own_end, _ in pipes]
        self._processes = [
            spawn.Process(target=_serve, args=(process_end,), daemon=True) for _, process_end in pipes
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(5)

    def run(self, prepares: Sequence[Prepare]) -> float:
        """Let one process for each prepare, then all act at once; answer the seconds from first to last."""
        pipes = self._pipes[: len(prepares)]
        for pipe, prepare in zip(pipes, prepares, strict=True):
            pipe.send(prepare)
        for pipe in pipes:
            _answer(pipe)
        for pipe in pipes:
            pipe.send(None)
        times = [_answer(pipe) for pipe in pipes]
        return max(end for _, end in times) - min(start for start, _ in times)


def _answer(pipe: "Connection[Order, Answer]") -> tuple[float, float]:
    if not pipe.poll(ANSWER_TIMEOUT_S):
        raise ProcessFailed(f"no answer for {ANSWER_TIMEOUT_S} s")
    answer = pipe.recv()
    if isinstance(answer, str):
        raise ProcessFailed(answer)
    return answer


def _serve(pipe: "Connection[Answer, Order]") -> None:
    with suppress(EOFError, OSError):  # the parent process has ended
        while True:
            prepare = pipe.recv()
            assert prepare is not None
            try:
                _time_action(prepare(), pipe)
            except Exception as error:
                pipe.send(f"{type(error).__name__}: {error}")


def _time_action(action: Action, pipe: "Connection[Answer, Order]") -> None:
    pipe.send((0.0, 0.0))
    pipe.recv()
    start = perf_counter()
    action()
    pipe.send((start, perf_counter()))

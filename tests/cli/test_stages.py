"""Stages of a stream: in order, side by side, a few items at a time, and ended by the first error."""

from collections.abc import Iterator
from threading import Barrier

import pytest

from host.cli.stages import AHEAD, stage


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(stage(str, stage(abs, range(-9, 0)))) == list("987654321")


def test_two_stages_work_side_by_side() -> None:
    together = Barrier(2, timeout=20)

    def meet(item: int) -> int:
        if 0 < item < 4:
            together.wait()
        return item

    first = stage(meet, range(5))
    assert list(stage(lambda item: meet(item + 1), first)) == [1, 2, 3, 4, 5]


def test_few_items_are_under_way_at_once() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    assert next(stage(abs, items())) == 0
    assert len(taken) == AHEAD + 1


def test_an_error_of_the_task_ends_the_stream() -> None:
    with pytest.raises(ZeroDivisionError):
        list(stage(abs, stage(lambda item: 1 // (2 - item), range(9))))

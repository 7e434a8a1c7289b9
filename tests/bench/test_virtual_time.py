"""Virtual time: it passes only while all sleep, and the same seeds give the same history."""

import pytest

from bench.virtual_time import VirtualTime


def test_whoever_sleeps_longest_wakes_last_and_no_real_time_passes() -> None:
    clock, said = VirtualTime(), list[tuple[str, float]]()

    def sleeper(name: str, seconds: float) -> None:
        clock.sleep(seconds)
        said.append((name, clock.now))

    clock.at(0, lambda: sleeper("long", 3_600))
    clock.at(10, lambda: sleeper("short", 5))
    clock.run()
    assert said == [("short", 15), ("long", 3_600)]


def test_whoever_fails_is_heard() -> None:
    clock = VirtualTime()

    def fail() -> None:
        raise ValueError("broken")

    clock.at(1, fail)
    with pytest.raises(ValueError, match="broken"):
        clock.run()

"""Samples of deep grey: values of several pictures of one camera, and the window that fits them all."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kenpin.pictures.window import Window

LOW_SHARE: Final = 0.001
HIGH_SHARE: Final = 0.999
"""The shares of the values of a sample that lie below its window's low and high: percentiles 0.1 and 99.9."""
DARK_SHARE: Final = 1 / 8
"""A picture whose values end below this share of a window uses little of it."""
MOST_DARK: Final = 1 / 4
"""The share of such pictures in a sample up to which one window fits all of it."""


class GreySample(Struct, frozen=True):
    """Values of one picture in rising order, spread over all of it."""

    values: Sequence[float]
    is_float: bool

    def at(self, share: float) -> float:
        """Return the value below which this share of the values lies."""
        return self.values[round(share * (len(self.values) - 1))]


def window_of_values(values: Sequence[float]) -> Window | None:
    """Return the window of values in rising order; None when they are all one."""
    whole = GreySample(values, is_float=False)
    low, high = whole.at(LOW_SHARE), whole.at(HIGH_SHARE)
    return Window(low, high) if low < high else None


def window_of_samples(samples: Sequence[GreySample]) -> Window | None:
    """Return the window of pictures of one camera; None when one window does not fit them all.

    A mix of float and whole numbers, or of 12 and 16 bits, comes from several cameras.
    """
    if len({sample.is_float for sample in samples}) != 1:
        return None
    window = window_of_values(sorted(value for sample in samples for value in sample.values))
    if window is None:
        return None
    border = window.low + DARK_SHARE * (window.high - window.low)
    dark = sum(sample.at(HIGH_SHARE) < border for sample in samples)
    return window if dark <= MOST_DARK * len(samples) else None

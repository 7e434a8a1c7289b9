"""Levels of deep pictures: their values through a window, of their own or a given one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kenpin.pictures.window import Window

Values = NDArray[np.uint8 | np.uint16 | np.float32]
"""height × width (grey), or height × width × 3 (RGB), of any kind of real numbers; most often of these"""
Levels = NDArray[np.uint8]
"""The same shape as the values, 0 is black and 255 is white"""
PERCENTILES: Final = (0.1, 99.9)
"""Outside of these lie dead and hot pixels."""
SAMPLE: Final = 1_000_000
"""Values that the percentiles are taken from, at most."""
ROWS: Final = 256
"""Rows that are mapped at a time: a row of floats takes eight times the memory of one of levels."""


def window_of(values: Values, bits: int) -> Window:
    """Return the window of a picture that none was set for.

    Grey: percentiles of its own values. Colour: from 0 to the end of the narrowest of 10, 12, 14 and 16 bits that
    holds its values, so that hues stay. `bits`: of one value.
    """
    sample = _sample(values)
    if not sample.size:
        return Window(0, 1)
    if values.ndim == 3 and values.dtype.kind == "u" and bits <= 16:
        return Window(0, next(2.0**n - 1 for n in (10, 12, 14, 16) if sample.max() < 2**n))
    low, high = np.percentile(sample, PERCENTILES)
    if low < high:
        return Window(float(low), float(high))
    return _whole_range(values, bits, float(low))


def _sample(values: Values) -> NDArray[np.float64]:
    step = max(1, int((values.size / SAMPLE) ** 0.5))
    sample = values[::step, ::step].astype(np.float64).ravel()
    return sample[np.isfinite(sample)]


def _whole_range(values: Values, bits: int, level: float) -> Window:
    """A picture of one value has no contrast to stretch."""
    match values.dtype.kind:
        case "u":
            return Window(0, 2.0**bits - 1)
        case "i":
            return Window(-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
        case _:
            return Window(min(level, 0), max(level, 1))


def levels_of(values: Values, window: Window) -> Levels:
    """Map values to 0..255 by the window. What is not a number is black."""
    levels = np.empty(values.shape, np.uint8)
    for row in range(0, len(values), ROWS):
        part = values[row : row + ROWS].astype(np.float64)
        share = (part - window.low) / (window.high - window.low)
        share = np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0)
        levels[row : row + ROWS] = (share.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return levels

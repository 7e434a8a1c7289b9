"""Deep grey: pictures of more than 8 bits, or of float, and their way to 8 bits through a window."""

from math import isfinite
from typing import Final, cast

from PIL import Image as Picture

from kenpin.pictures.window import Window
from kenpin.pictures.window_sample import GreySample, window_of_values

MODES: Final = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
"""Pillow's modes of deep grey."""
SAMPLE_SIDE: Final = 160
"""pixels; a picture gives at most SAMPLE_SIDE² values to a sample, spread over all of it"""
WHOLE_RANGE: Final = Window(0, 65_535)
"""The window of a picture whose values are all one."""


def is_deep_grey(picture: Picture.Image) -> bool:
    return picture.mode in MODES


def sample_of(picture: Picture.Image) -> GreySample:
    """Return values of a deep grey picture."""
    size = (min(picture.width, SAMPLE_SIDE), min(picture.height, SAMPLE_SIDE))
    spread = _as_float(picture).resize(size, Picture.Resampling.NEAREST)
    values = (cast(float, value) for value in spread.get_flattened_data())
    return GreySample(sorted(filter(isfinite, values)) or [0.0], picture.mode == "F")


def to_bytes(picture: Picture.Image, window: Window | None) -> Picture.Image:
    """Return a deep grey picture in 8 bits. Without a window, percentiles of the picture itself are its window."""
    window = window or window_of_values(sample_of(picture).values) or WHOLE_RANGE
    scale = 255 / (window.high - window.low)
    return _as_float(picture).point(lambda value: value * scale - window.low * scale + 0.5).convert("L")


def _as_float(picture: Picture.Image) -> Picture.Image:
    whole = picture if picture.mode in ("I", "F", "I;16") else picture.convert("I")
    return whole.convert("F")

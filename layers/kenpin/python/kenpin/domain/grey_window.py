"""The window of deep grey: the values of a camera that are shown, and learnt from, as black and as white."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from kenpin.domain.value import Finite, Value


class GreyWindow(Value):
    """The window of one camera of a dataset, or of all cameras that have none of their own.

    Deep grey has more than 8 bits, or is float: `low` and all below it is black, `high` and all above it is white.
    """

    low: Finite
    high: Finite
    camera: Annotated[str, Meta(max_length=64)] | None = None
    """None: every camera without a window of its own."""


def window_of(windows: Iterable[GreyWindow], camera: str | None) -> GreyWindow | None:
    """Return the window of a camera: its own, else the one of the dataset, else None."""
    by_camera = {window.camera: window for window in windows}
    return by_camera.get(camera) or by_camera.get(None)


def by_camera(windows: Iterable[GreyWindow]) -> tuple[GreyWindow, ...]:
    """Return one window for each camera: of several, the last."""
    return tuple({window.camera: window for window in windows}.values())

"""Rules of the windows of deep grey: who may replace one, and when one is taken from a sample."""

from collections.abc import Mapping

from kenpin.domain.dataset.commands import SetWindow
from kenpin.domain.dataset.events import DatasetEvent, WindowSet
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.grey_window import GreyWindow


def set_window(state: DatasetState, command: SetWindow) -> list[DatasetEvent]:
    """Set a window. One from a sample takes no other's place; the same one again changes nothing."""
    event = WindowSet(**dict(command))
    if command.how == "sample" and not lacks_window(state.windows, command.camera):
        return []
    known = state.windows.get(command.camera)
    is_same = known is not None and (known.low, known.high, known.how) == (event.low, event.high, event.how)
    return [] if is_same else [event]


def lacks_window(windows: Mapping[str | None, WindowSet], camera: str | None) -> bool:
    """Return True when images of this camera ask for a window from a sample.

    A window that a person set for the whole dataset is meant for its cameras, too; one from a sample is not.
    """
    whole = windows.get(None)
    return camera not in windows and (whole is None or whole.how == "sample")


def grey_windows(windows: Mapping[str | None, WindowSet]) -> tuple[GreyWindow, ...]:
    """Return the windows in the order of their cameras, that of the whole dataset first."""
    in_order = sorted(windows.values(), key=lambda each: each.camera or "")
    return tuple(GreyWindow(each.low, each.high, each.camera) for each in in_order)

"""Names of thumbnails say which picture they are of, and through which window."""

import pytest

from kenpin.application.picture_names import picture_and_window, thumbnail_name
from kenpin.pictures.window import Window

ID = "3f" * 32


@pytest.mark.parametrize(
    "window", [None, Window(0, 4095), Window(-1.5, 5e-07), Window(1e11, 1e12), Window(-1e-300, 0.1)]
)
def test_a_name_gives_its_picture_and_window_back(window: Window | None) -> None:
    assert picture_and_window(thumbnail_name(ID, window)) == (ID, window)


def test_another_window_is_another_name() -> None:
    names = {
        thumbnail_name(ID, window) for window in (None, Window(0, 4095), Window(0, 4096), Window(0, 65_535))
    }
    assert len(names) == 4
    assert thumbnail_name(ID, Window(0, 4095)) == f"thumbnails/{ID}.w0.0_4095.0.webp"


def test_a_stored_picture_has_no_window() -> None:
    assert picture_and_window(f"images/{ID}") == (ID, None)

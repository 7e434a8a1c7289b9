"""The page of `bench ui` in a real Chromium: it moves both canvases and paints; nothing here is timed."""

from contextlib import nullcontext

import pytest
from playwright.sync_api import Browser

from bench.claims import ui
from bench.report import Report


def test_both_canvases_move_and_strokes_become_masks(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui, "open_browser", lambda: nullcontext(browser))
    monkeypatch.setattr(ui, "FRAMES", 3)
    monkeypatch.setattr(ui, "ROUNDS", {"small": 1})
    monkeypatch.setattr(ui, "STROKES", {"small": 2})
    report = Report()
    ui.measure("small", report)
    names = {figure.name for figure in report.figures}
    assert {"kenpin, pan, frame", "konva, zoom, frame", "stroke until its mask is drawn"} <= names
    assert all(figure.min > 0 for figure in report.figures)
    assert len(report.claims) == 3

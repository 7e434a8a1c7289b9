"""The page of `bench ui` in a real Chromium: it moves both canvases, paints and saves; nothing here is timed."""

from contextlib import nullcontext

import pytest
from playwright.sync_api import Browser

from bench.claims import ui
from bench.report import Report
from tests.e2e.node import Node


def test_both_canvases_move_and_strokes_become_masks(
    browser: Browser, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui, "open_browser", lambda *_: nullcontext(browser))
    monkeypatch.setattr(ui, "open_node", lambda: nullcontext(node))
    monkeypatch.setattr(ui, "FRAMES", 3)
    monkeypatch.setattr(ui, "ROUNDS", {"small": 1})
    monkeypatch.setattr(ui, "STROKES", {"small": 2})
    report = Report()
    ui.measure("small", report)
    names = {figure.name for figure in report.figures}
    assert {"kenpin, pan, frame", "konva, zoom, frame", "stroke until its event is stored"} <= names
    assert all(figure.min > 0 for figure in report.figures)
    assert len(report.claims) == 4

"""What the manifest names exists, and what exists the manifest names."""

import importlib
import re
from pathlib import Path

import pytest

from functions.manifest import FUNCTIONS, Function
from kenpin.settings import Settings
from tests.architecture.checkout import ROOT, files


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_has_its_handler(function: Function) -> None:
    assert callable(importlib.import_module(function.handler).handler)


def test_every_handler_is_in_the_manifest() -> None:
    folders = {path.parent.name for path in files("handler.py") if path.parents[1] == ROOT / "functions"}
    assert folders == {function.name for function in FUNCTIONS}


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    described = set(re.findall(r"`(KENPIN_[A-Z_]+)`", page))
    assert {f"KENPIN_{name.upper()}" for name in Settings.model_fields} - described == set()


def test_no_setting_is_documented_that_nobody_reads() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    read = {name for path in files(".py", ".ts", "Makefile", "Dockerfile") for name in _named(path)}
    known = {f"KENPIN_{name.upper()}" for name in Settings.model_fields} | read
    assert set(re.findall(r"`(KENPIN_[A-Z_]+)`", page)) - known == set()


def _named(path: Path) -> list[str]:
    return re.findall(r"KENPIN_[A-Z_]+", path.read_text("utf-8"))

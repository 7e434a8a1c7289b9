"""The manifest names every function that exists, and no other."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from functions.manifest import FUNCTIONS, Function
from host.install import IMPORT_ROOTS
from kenpin.application.react import REACTORS
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


def test_everything_in_the_manifest_is_woken_by_something() -> None:
    wakes = ("routes", "woken_by_events", "woken_by_objects", "every_seconds", "woken_by_queue")
    others = ("woken_by_stopped_tasks", "runs_at_deployment", "builds_rows", "called_by_catch_up")
    assert [f.name for f in FUNCTIONS if not any(getattr(f, wake) for wake in (*wakes, *others))] == []


def test_reactors_are_woken_for_the_streams_they_react_to() -> None:
    """The sweeper would find the others, a minute later."""
    [reactors] = [function for function in FUNCTIONS if function.name == "reactors"]
    assert reactors.of_streams == tuple(f"{category}-" for category in REACTORS)


def test_one_machine_has_no_use_for_what_runs_at_a_deployment() -> None:
    """`kenpin up` prepares its own database, so neither the gateway nor the projector may come upon these."""
    for function in FUNCTIONS:
        if function.runs_at_deployment or function.builds_rows:
            assert not function.routes
            assert not function.woken_by_events


@pytest.mark.parametrize(
    ("package", "layers"),
    [
        ("pyarrow", {"arrow"}),
        ("PIL", {"pictures", "onnx"}),
        ("imagecodecs", {"pictures"}),
        ("onnxruntime", {"onnx"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_function_starts_without_the_packages_that_it_does_not_carry(
    package: str, layers: set[str]
) -> None:
    handlers = [function.handler for function in FUNCTIONS if not layers & set(function.needs)]
    imports = "".join(f"import {handler}\n" for handler in handlers)
    program = f"import sys\nsys.modules[{package!r}] = None\n{imports}"
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


def test_the_package_has_every_folder_that_a_checkout_imports_from() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {ROOT / folder for folder in build["packages"]["find"]["where"]}
    assert folders == set(IMPORT_ROOTS)
    named = {ROOT / folder for folder in build["package-dir"].values()}
    assert {path.parent for path in named - {ROOT}} == folders - {ROOT}

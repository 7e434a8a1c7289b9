"""The stacks, synthesised once: that takes ten seconds or more."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from functions.manifest import FUNCTIONS, Function
from host.frontend_build import node_folder
from tests.cdk.loop import Stacks
from tests.cdk.templates import Template

FACTORY: Final = "arn:aws:iam::999999999999:role/line-4"
PUBLIC_URL: Final = "https://kenpin.example.com"
EVERY_WAKE: Final = (
    *(function for function in FUNCTIONS if function.name in ("sweeper", "rebuild", "layouts")),
    Function("taken", "Reads a queue.", may=(), woken_by_queue="intake"),
    Function("mourner", "Hears of stopped tasks.", may=("rows:read",), woken_by_stopped_tasks=True),
    Function("hourly", "Runs each hour.", may=(), every_seconds=3_600),
)
"""A manifest with the ways of waking that the real one may lack."""


@pytest.fixture(scope="session", autouse=True)
def _node() -> None:
    """Synthesis runs on Node.js."""
    os.environ["PATH"] = f"{node_folder()}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory, _node: None) -> Path:
    """The folder that `python -m cdk.app` writes, if cdk-nag has nothing against it."""
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    from cdk.app import app

    folder = tmp_path_factory.mktemp("cdk.out")
    synthesis = app(str(folder))
    Validations.of(synthesis).add_plugins(AwsSolutionsChecks(synthesis))
    synthesis.synth()
    return folder


@pytest.fixture(scope="session")
def read(assembly: Path) -> Callable[[str], Template]:
    def read(stack: str) -> Template:
        loaded: Template = json.loads((assembly / f"Kenpin-dev-{stack}.template.json").read_text())
        return loaded

    return read


@pytest.fixture(scope="session")
def core(read: Callable[[str], Template]) -> Template:
    return read("core")


@pytest.fixture(scope="session")
def data(read: Callable[[str], Template]) -> Template:
    return read("data")


@pytest.fixture(scope="session")
def stacks(assembly: Path, read: Callable[[str], Template]) -> Stacks:
    return Stacks(assembly, read("core"), read("api"), read("training"))


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory, _node: None) -> dict[str, Template]:
    """Core and data of prod with everything that costs or opens something, and with EVERY_WAKE."""
    from aws_cdk import App, Validations
    from cdk_nag import AwsSolutionsChecks

    from cdk.app import context
    from cdk.stacks.core import CoreStack
    from cdk.stacks.data import DataStack
    from cdk.stage import Stage

    app = App(outdir=str(tmp_path_factory.mktemp("grown")), context=context(stage="prod"))
    stage = replace(
        Stage.from_context(app.node),
        public_url=PUBLIC_URL,
        factory_principals=[FACTORY],
        gpu_tasks=1,
        reserved_concurrency={"taken": 7},
    )
    CoreStack(app, "core", stage, EVERY_WAKE)
    DataStack(app, "data", stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    made = app.synth()
    return {stack.stack_name: stack.template for stack in made.stacks}

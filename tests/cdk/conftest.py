"""The core stack, synthesised once: it takes ten seconds or more."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from host.frontend_build import node_folder

Template = Mapping[str, Any]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `python -m cdk.app` writes, if cdk-nag has nothing against it."""
    os.environ["PATH"] = f"{node_folder()}{os.pathsep}{os.environ['PATH']}"  # synthesis runs on Node.js
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    from cdk.app import app

    folder = tmp_path_factory.mktemp("cdk.out")
    synthesis = app(str(folder))
    Validations.of(synthesis).add_plugins(AwsSolutionsChecks(synthesis))
    synthesis.synth()
    return folder


@pytest.fixture(scope="session")
def template(assembly: Path) -> Template:
    loaded: Template = json.loads((assembly / "Kenpin-dev-core.template.json").read_text())
    return loaded

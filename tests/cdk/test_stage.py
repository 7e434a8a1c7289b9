"""Stages: chosen by name, described whole, and nothing else."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT

pytestmark = pytest.mark.usefixtures("_node")


def test_dev_and_prod_are_described_whole() -> None:
    from aws_cdk import App

    from cdk.app import context
    from cdk.stage import Stage

    for name in ("dev", "prod"):
        stage = Stage.from_context(App(context=context(stage=name)).node)
        assert stage.name == name
        assert stage.stack("core") == f"Kenpin-{name}-core"
        assert stage.parameter("database-url") == f"/kenpin/{name}/database-url"


def test_a_stage_that_nobody_described_is_refused() -> None:
    from aws_cdk import App

    from cdk.app import context
    from cdk.stage import Stage

    with pytest.raises(ValueError, match=r"cdk\.json has no stage staging; choose one of dev, prod"):
        Stage.from_context(App(context=context(stage="staging")).node)


def test_a_parameter_that_nobody_reads_is_refused() -> None:
    from aws_cdk import App

    from cdk.stage import Stage

    with pytest.raises(TypeError, match="tenantt"):
        Stage.from_context(App(context={"stage": "dev", "stages": {"dev": {"tenantt": "kenpin"}}}).node)


def test_every_parameter_is_described_with_what_it_is() -> None:
    """In rows such as "| `least_capacity`, `most_capacity` | `0.5`, `4` | `1`, `32` | …"."""
    from cdk.stage import Stage

    table = (
        (ROOT / "docs/deploy.md")
        .read_text("utf-8")
        .partition("\n## Configuration\n")[2]
        .partition("\n## ")[0]
    )
    stages = json.loads((ROOT / "cdk.json").read_text())["context"]["stages"]
    described = []
    for line in table.splitlines():
        if line.startswith("| `"):
            names, *values = (re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:4])
            described += names
            for stage, told in zip(("dev", "prod"), values, strict=True):
                assert [json.loads(value) for value in told] == [stages[stage][name] for name in names], line
    assert sorted(described) == sorted({field.name for field in fields(Stage)} - {"name"})


def test_data_is_deployed_before_core(assembly: Path) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    assert "Kenpin-dev-data" in manifest["Kenpin-dev-core"]["dependencies"]
